/** Hints on the draft of a reply (R-18, R-19): they help and never block. */

/** What was said so far to and by the same patient, in order. */
export type Said = { by: 'patient' | 'team'; text: string };

export type Hint = {
  code: 'GREETING_MISSING' | 'GREETING_REPEATED' | 'MATTERS_IN_ONE_PARAGRAPH' | 'SAME_REPLY' | 'TOO_LONG' | 'TOO_MANY_APOLOGIES';
  rule: 'R-18' | 'R-19';
  message: string;
};

const mostGreetings = 2;
const mostWords = 150;
const mostApologies = 1;

const greeting =
  /^\s*(hi|hello|hey|dear|greetings|good (morning|afternoon|evening|day)|здравствуйте|привет|доброе утро|добрый (день|вечер))(?![\p{L}])/iu;
const apology = /(?<![\p{L}])(sorry|apolog(y|ies|i[sz]e|i[sz]ing)|извините|простите|приносим извинения)(?![\p{L}])/giu;

const greets = (text: string) => greeting.test(text);
const wordsOf = (text: string) => text.match(/[\p{L}\p{N}][\p{L}\p{N}’'-]*/gu) ?? [];
const plain = (text: string) => wordsOf(text.toLowerCase()).join(' ');
/** Paragraphs that say something: a line of greeting alone is none. */
const paragraphsOf = (text: string) =>
  text.split(/\n\s*\n/).filter((part) => wordsOf(part).length > 0 && !(greets(part) && wordsOf(part).length <= 4));

/** What a colleague would say about this draft before it goes out. `matters`: how many it answers. */
export function hintsOn(text: string, said: Said[], matters: number): Hint[] {
  const ours = said.filter(({ by }) => by === 'team');
  const greeted = ours.filter((one) => greets(one.text)).length;
  const paragraphs = paragraphsOf(text).length;
  const words = wordsOf(text).length;
  const apologies = text.match(apology)?.length ?? 0;
  const hint = (when: boolean, code: Hint['code'], rule: Hint['rule'], message: string): Hint[] => (when ? [{ code, rule, message }] : []);
  return [
    ...hint(!greets(text) && greeted < mostGreetings, 'GREETING_MISSING', 'R-18', 'Greet the patient.'),
    ...hint(
      greets(text) && greeted >= mostGreetings,
      'GREETING_REPEATED',
      'R-18',
      `The patient was greeted ${greeted} times already: just answer.`,
    ),
    ...hint(
      matters > 1 && paragraphs < matters,
      'MATTERS_IN_ONE_PARAGRAPH',
      'R-18',
      `You answer ${matters} matters in ${paragraphs === 1 ? 'one paragraph' : `${paragraphs} paragraphs`}: give each its own.`,
    ),
    ...hint(
      ours.some((one) => plain(one.text) === plain(text)),
      'SAME_REPLY',
      'R-19',
      'The patient got exactly this before: read the whole conversation.',
    ),
    ...hint(words > mostWords, 'TOO_LONG', 'R-19', `${words} words: say it in ${mostWords}.`),
    ...hint(apologies > mostApologies, 'TOO_MANY_APOLOGIES', 'R-19', `${apologies} apologies: one is enough.`),
  ];
}
