/** The channel of a team (P-07). */
export const teamChannel = {
  title: 'Team channel',
  titleOf: 'Channel of {{team}}',
  noTeam: 'You are of no team yet: your lead or a manager adds you to one, and its channel opens here.',
  teams: 'Teams',
  refused: 'Nothing was posted; your words are below.',
  say: 'Say it to the team',
  noPatients: 'No patient’s name here: link the ticket or conversation instead.',
  meant: 'Meant for (all of the team read it: anybody can help, and faster)',
  anybody: 'whoever knows',
  post: 'Post',
  empty: 'Nothing was said here yet. Ask the first question above.',
  by: '{{name}}, {{at}}',
  byFor: '{{name}}, meant for {{whom}}, {{at}}',
} as const;
