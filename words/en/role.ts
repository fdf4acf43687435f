/** What people are here. */
export const role = {
  'block contact': 'block contact',
  'facility scheduler': 'facility scheduler',
  receptionist: 'receptionist',
  practitioner: 'practitioner',
  'care coordinator': 'care coordinator',
  'care team agent': 'care team agent',
  'team lead': 'team lead',
  manager: 'manager',
  patient: 'patient',
  support: 'support',
  administrator: 'administrator',
  system: 'system',
} as const;
