import { account } from './account.ts';
import { blockMail } from './block-mail.ts';
import { card } from './card.ts';
import { care } from './care.ts';
import { clearance } from './clearance.ts';
import { conversation } from './conversation.ts';
import { coverage } from './coverage.ts';
import { desk } from './desk.ts';
import { frame } from './frame.ts';
import { holdMail } from './hold-mail.ts';
import { item } from './item.ts';
import { join } from './join.ts';
import { lineMail } from './line-mail.ts';
import { button, mail } from './mail.ts';
import { offer } from './offer.ts';
import { patient } from './patient.ts';
import { patientPage } from './patient-page.ts';
import { preferences } from './preferences.ts';
import { role } from './role.ts';
import { teamChannel } from './team-channel.ts';
import { template } from './template.ts';
import { ticket } from './ticket.ts';
import { ticketType } from './ticket-type.ts';
import { timeMail } from './time-mail.ts';
import { transferMail } from './transfer-mail.ts';
import { unit } from './unit.ts';
import { visit } from './visit.ts';
import { workMail } from './work-mail.ts';

export const en = {
  account,
  blockMail,
  button,
  card,
  care,
  clearance,
  conversation,
  coverage,
  desk,
  frame,
  holdMail,
  item,
  join,
  lineMail,
  mail,
  offer,
  patient,
  patientPage,
  preferences,
  role,
  teamChannel,
  template,
  ticket,
  ticketType,
  timeMail,
  transferMail,
  unit,
  visit,
  workMail,
};
