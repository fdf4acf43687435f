/** What the lives have done for them, under one roof: a worker takes all of it. */
import { absenceActivities } from './absence.ts';
import { appointmentActivities } from './appointment.ts';
import { blockActivities } from './block.ts';
import { clearanceActivities } from './clearance.ts';
import { conversationActivities } from './conversation.ts';
import { deliveryActivities } from './delivery.ts';
import { holdActivities } from './hold.ts';
import { offerLadderActivities } from './offer-ladder.ts';
import { opportunityActivities } from './opportunity.ts';
import { seriesActivities } from './series.ts';
import { taskActivities } from './task.ts';
import { ticketActivities } from './ticket.ts';
import { transferActivities } from './transfer.ts';
import { waitlistEntryActivities } from './waitlist-entry.ts';
import { webhookActivities } from './webhook.ts';

type Options = Parameters<typeof deliveryActivities>[0];

/** Every activity on one database, with the transports that messages leave by. */
export const allActivities = ({ db, ...sending }: Options) => ({
  ...absenceActivities({ db }),
  ...appointmentActivities({ db }),
  ...blockActivities({ db }),
  ...clearanceActivities({ db }),
  ...conversationActivities({ db }),
  ...holdActivities({ db }),
  ...offerLadderActivities({ db }),
  ...opportunityActivities({ db }),
  ...seriesActivities({ db }),
  ...taskActivities({ db }),
  ...ticketActivities({ db }),
  ...transferActivities({ db }),
  ...waitlistEntryActivities({ db }),
  ...webhookActivities({ db }),
  ...deliveryActivities({ db, ...sending }),
});
