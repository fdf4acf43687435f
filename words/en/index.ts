import { blockMail } from './block-mail.ts';
import { frame } from './frame.ts';
import { holdMail } from './hold-mail.ts';
import { lineMail } from './line-mail.ts';
import { button, mail } from './mail.ts';
import { patient } from './patient.ts';
import { patientPage } from './patient-page.ts';
import { preferences } from './preferences.ts';
import { timeMail } from './time-mail.ts';
import { unit } from './unit.ts';
import { workMail } from './work-mail.ts';

export const en = { blockMail, button, frame, holdMail, lineMail, mail, patient, patientPage, preferences, timeMail, unit, workMail };
