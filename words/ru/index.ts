import { frame } from './frame.ts';
import { patient } from './patient.ts';
import { patientPage } from './patient-page.ts';
import { preferences } from './preferences.ts';
import { unit } from './unit.ts';

export const ru = { frame, patient, patientPage, preferences, unit };
