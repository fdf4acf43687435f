/** What a mail's button decides about: for each noun its landing page, its outcome, and what its form says. */
import type { ReactElement } from 'react';

import type { Receipt } from '../../domain/decision.ts';
import type { Link } from '../auth/links.ts';
import type { DecidedKind } from '../decide.ts';
import type { Deps } from '../deps.ts';
import type { Form, Look, Outcome } from './link.tsx';
import { absenceLanding, absenceOutcome, choiceAboutAbsence } from './link-absence.tsx';
import { blockLanding, choiceAboutBlock } from './link-block.tsx';
import { blockDoors, blockOutcome, undoOfBlock } from './link-block-outcome.tsx';
import { choiceAboutHold, holdDoors, holdLanding, holdOutcome } from './link-hold.tsx';
import { type DoorsTo, tabDoors } from './link-parts.tsx';
import { choiceAboutTransfer, transferDoors, transferLanding, transferOutcome } from './link-transfer.tsx';

export type LinkSubject = {
  kind: DecidedKind;
  /** The preview with its form. Throws the refusal when the button is moot by now. */
  landing: (deps: Deps, link: Link, look: Look) => Promise<ReactElement>;
  /** What was done by this button or, where it is moot, what is true now (U-04). */
  outcome: (deps: Deps, link: Link, look: Outcome) => Promise<ReactElement>;
  /** The pages to go on to from its landing and its outcome. */
  doors: (link: Link) => DoorsTo;
  /** What takes back that which this button did, or what was done last (no receipt); throws a refusal where nothing can be. */
  undo?: (deps: Deps, link: Link, receipt?: Receipt) => Promise<{ action: string }>;
  /** What the form says, checked. Throws CHOICE_MISSING, REASON_MISSING. */
  choose: (deps: Deps, link: Link, form: Form) => Promise<{ action: string }>;
};

/** A new noun with buttons in mails gets a line here. */
const subjects: LinkSubject[] = [
  { kind: 'absence', landing: absenceLanding, outcome: absenceOutcome, doors: () => tabDoors, choose: choiceAboutAbsence },
  { kind: 'block', landing: blockLanding, outcome: blockOutcome, doors: blockDoors, undo: undoOfBlock, choose: choiceAboutBlock },
  {
    kind: 'hold',
    landing: holdLanding,
    outcome: holdOutcome,
    doors: holdDoors,
    choose: async (_deps, link, form) => choiceAboutHold(link, form),
  },
  {
    kind: 'transfer',
    landing: transferLanding,
    outcome: transferOutcome,
    doors: transferDoors,
    choose: async (_deps, link, form) => choiceAboutTransfer(link, form),
  },
];

/** Throws an Error for a button that no noun has: links are minted from the same list of purposes. */
export function landingOf({ subjectKind, purpose }: Link): LinkSubject {
  const subject = subjects.find(({ kind }) => kind === subjectKind);
  if (!subject) throw new Error(`No page for the button ${purpose} about a ${subjectKind}.`);
  return subject;
}
