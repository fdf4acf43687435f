export { blockRelease } from './block-release.ts';
export { blockSeries } from './block-series.ts';
export { delivery } from './delivery.ts';
export { holdRequest } from './hold-request.ts';
export { webhookDelivery } from './webhook-delivery.ts';
