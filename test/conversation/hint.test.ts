import { describe, expect, test } from 'vitest';

import { hintsOn, type Said } from '../../domain/draft-hint.ts';
import { queueOf, ReplyCategories, sourceCategories } from '../../domain/reply-category.ts';

const codes = (text: string, said: Said[] = [], matters = 1) => hintsOn(text, said, matters).map(({ code }) => code);
const ours = (text: string): Said => ({ by: 'team', text });

test('R-14, R-15: the source’s list has eleven categories that the team may answer and six that it may not', () => {
  const count = (queue: string) => sourceCategories.categories.filter(({ answeredBy }) => answeredBy === queue).length;
  expect([count('team'), count('clinical'), count('lead')]).toEqual([11, 6, 2]);
  expect(queueOf(sourceCategories, 'side-effects')).toBe('clinical');
  expect(ReplyCategories.safeParse(sourceCategories.categories).success).toBe(true);
});

test('R-16: no version of the list is without “unsure”, which is the lead’s', () => {
  const without = sourceCategories.categories.filter(({ key }) => key !== 'unsure');
  expect(ReplyCategories.safeParse(without).success).toBe(false);
  expect(ReplyCategories.safeParse([...without, { key: 'unsure', name: 'Unsure', answeredBy: 'team' }]).success).toBe(false);
});

describe('R-18: greet, but not for the third time', () => {
  test('a first reply without a greeting is hinted at, one with a greeting is not', () => {
    expect(codes('Your order left yesterday.')).toEqual(['GREETING_MISSING']);
    for (const word of ['Hi Ana,', 'Good morning,', 'Dear Ana', 'Здравствуйте, Анна!', 'Добрый день'])
      expect(codes(`${word} your order left.`)).toEqual([]);
    expect(codes('Highly likely it left.')).toEqual(['GREETING_MISSING']); // begins like a greeting, and is none
  });

  test('greeted once: greet; greeted twice: just answer', () => {
    const twice: Said[] = [ours('Hello Ana, one.'), ours('Hi, two.')];
    expect(codes('It left.', twice.slice(1))).toEqual(['GREETING_MISSING']);
    expect(codes('It left.', twice)).toEqual([]);
    expect(codes('Hello, it left.', twice)).toEqual(['GREETING_REPEATED']);
    expect(codes('Hello, it left.', [twice[0]!, { by: 'patient', text: 'Hello' }])).toEqual([]); // the patient’s own do not count
  });

  test('several matters want a paragraph each; a line of greeting is none', () => {
    expect(codes('Hi Ana,\n\nyour order left and the visit is on Monday.', [], 2)).toEqual(['MATTERS_IN_ONE_PARAGRAPH']);
    expect(codes('Hi Ana,\n\nyour order left.\n\nThe visit is on Monday.', [], 2)).toEqual([]);
  });
});

describe('R-19: what to avoid', () => {
  test('the same reply twice, however it is spelt', () => {
    const said = [ours('Hi Ana, your order left yesterday!')];
    expect(codes('Hi Ana — your order left  YESTERDAY', said)).toEqual(['SAME_REPLY']);
    expect(codes('Hi Ana, your order left today', said)).toEqual([]);
    expect(codes('Hi Ana, your order left yesterday!', [{ by: 'patient', text: said[0]!.text }])).toEqual([]);
  });

  test('150 words are enough, 151 too many', () => {
    const words = (count: number) => `Hi ${'word '.repeat(count - 1)}`;
    expect(codes(words(150))).toEqual([]);
    expect(codes(words(151))).toEqual(['TOO_LONG']);
  });

  test('one apology is polite, two are too many', () => {
    expect(codes('Hi, we are sorry for the delay.')).toEqual([]);
    expect(codes('Hi, we are sorry. We apologize for the delay.')).toEqual(['TOO_MANY_APOLOGIES']);
  });
});
