import { patient } from './patient.ts';
import { patientPage } from './patient-page.ts';

export const ru = { patient, patientPage };
