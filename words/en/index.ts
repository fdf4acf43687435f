import { account } from './account.ts';
import { audit } from './audit.ts';
import { block } from './block.ts';
import { blockMail } from './block-mail.ts';
import { card } from './card.ts';
import { care } from './care.ts';
import { clearance } from './clearance.ts';
import { conversation } from './conversation.ts';
import { coordinator } from './coordinator.ts';
import { coverage } from './coverage.ts';
import { desk } from './desk.ts';
import { door } from './door.ts';
import { frame } from './frame.ts';
import { hold } from './hold.ts';
import { holdMail } from './hold-mail.ts';
import { item } from './item.ts';
import { join } from './join.ts';
import { lineMail } from './line-mail.ts';
import { link } from './link.ts';
import { button, mail } from './mail.ts';
import { mailbox } from './mailbox.ts';
import { merge } from './merge.ts';
import { offer } from './offer.ts';
import { openTime } from './open-time.ts';
import { patient } from './patient.ts';
import { patientPage } from './patient-page.ts';
import { people } from './people.ts';
import { policy } from './policy.ts';
import { preferences } from './preferences.ts';
import { report } from './report.ts';
import { role } from './role.ts';
import { room } from './room.ts';
import { series } from './series.ts';
import { substitute } from './substitute.ts';
import { supportPage } from './support-page.ts';
import { team } from './team.ts';
import { teamChannel } from './team-channel.ts';
import { template } from './template.ts';
import { ticket } from './ticket.ts';
import { ticketType } from './ticket-type.ts';
import { timeMail } from './time-mail.ts';
import { transfer } from './transfer.ts';
import { transferMail } from './transfer-mail.ts';
import { unit } from './unit.ts';
import { vacation } from './vacation.ts';
import { visit } from './visit.ts';
import { webhook } from './webhook.ts';
import { workMail } from './work-mail.ts';
import { worklist } from './worklist.ts';

export const en = {
  account,
  audit,
  block,
  blockMail,
  button,
  card,
  care,
  clearance,
  conversation,
  coordinator,
  coverage,
  desk,
  door,
  frame,
  hold,
  holdMail,
  item,
  join,
  lineMail,
  link,
  mail,
  mailbox,
  offer,
  merge,
  openTime,
  patient,
  patientPage,
  people,
  policy,
  preferences,
  report,
  role,
  room,
  series,
  substitute,
  supportPage,
  team,
  teamChannel,
  template,
  ticket,
  ticketType,
  timeMail,
  transfer,
  transferMail,
  unit,
  vacation,
  visit,
  webhook,
  workMail,
  worklist,
};
