/** What people are here. */
export const role = {
  'block contact': 'контакт по блокам',
  'facility scheduler': 'планировщик',
  receptionist: 'регистратура',
  practitioner: 'врач',
  'care coordinator': 'координатор',
  'care team agent': 'сотрудник команды',
  'team lead': 'руководитель команды',
  manager: 'управляющий',
  patient: 'пациент',
  support: 'поддержка',
  administrator: 'администратор',
  system: 'система',
} as const;
