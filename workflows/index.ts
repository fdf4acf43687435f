export { blockRelease } from './block-release.ts';
export { blockSeries } from './block-series.ts';
export { delivery } from './delivery.ts';
export { holdRequest } from './hold-request.ts';
export { opportunity } from './opportunity.ts';
export { task } from './task.ts';
export { waitlistEntry } from './waitlist-entry.ts';
export { webhookDelivery } from './webhook-delivery.ts';
