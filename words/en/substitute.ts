/** Substitutes: who gets what would land with somebody who is away (F-12). */
export const substitute = {
  title: 'Substitutes',
  text: 'Whoever is away has what would land with them go to their substitute, or to the substitute’s own one when both are away. Where nobody is named, or the whole chain is away, it waits.',
  none: 'Nobody has a substitute yet: what comes for whoever is away waits for them.',
  line: '{{substitute}} for {{name}}',
  everything: 'everything',
  oneType: 'one type of ticket',
  remove: 'Take back',
  removeNamed: 'Take back the substitute of {{name}}',
  new: 'Name a substitute',
  away: 'Who is away at some time',
  instead: 'Who gets it instead',
  for: 'For',
  button: 'Name the substitute',
} as const;
