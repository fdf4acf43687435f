import { patient } from './patient.ts';
import { patientPage } from './patient-page.ts';

export const en = { patient, patientPage };
