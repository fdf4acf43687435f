/** What the facility's own schedule must be told (F-22). */
export const worklist = {
  title: 'Worklist',
  text: 'What was decided here and must now stand in the own schedule of {{facility}}. Tick off what you have entered there.',
  nothing: 'Nothing is left: your schedule knows all that was decided.',
  since: 'since {{at}}, by {{by}}',
  kept: 'These days stay as they are: {{days}}.',
  series: 'The series and its days',
  more: 'There is more: it follows when these are ticked off.',
  ticked_one: '{{count}} line is ticked off.',
  ticked_other: '{{count}} lines are ticked off.',
  done: 'These are entered',
} as const;
