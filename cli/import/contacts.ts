import { basename } from 'node:path';
import { z } from 'zod';

import { type Columns, namedColumns, pick, widthProblem } from './columns.ts';
import type { Finding } from './finding.ts';
import { readCsv } from './read.ts';

/** `group: null`: a facility scheduler. Emails are in lower case. */
type Contact = { line: number; group: string | null; name: string; email: string };
export type Contacts = { file: string; contacts: Contact[]; bad: Finding[] };

/** The group name that makes a person a facility scheduler. */
const schedulers = 'facility';
const Email = z.email();

/** Reads a CSV of group, name, email. Every row is a contact or a finding; the first of a group comes first. Throws Refused. */
export async function readContacts(path: string): Promise<Contacts> {
  const file = basename(path);
  let header: string[] | undefined;
  let columns: Columns<'group' | 'name' | 'email'> = {};
  const bad: Finding[] = [];
  const contacts: Contact[] = [];
  const names = new Map<string, Contact>();
  const seen = new Map<string, number>();
  for await (const row of readCsv(path)) {
    if (!header) {
      header = row.cells;
      columns = namedColumns(file, header, ['group', 'name', 'email']);
      continue;
    }
    const narrow = widthProblem(file, header, row);
    if (narrow) {
      bad.push(narrow);
      continue;
    }
    const { group, name, email: written } = pick(columns, row.cells);
    const email = written?.toLowerCase();
    const reasons = [group ? '' : '“group” is empty.', name ? '' : '“name” is empty.', emailProblem(written)];
    const known = email ? names.get(email) : undefined;
    if (known && name && known.name !== name) reasons.push(`${email} is ${known.name} on line ${known.line}.`);
    const key = JSON.stringify([group, email]);
    if (seen.has(key)) reasons.push(`${email} is in ${group} already (line ${seen.get(key)}).`);
    const wrong = reasons.filter(Boolean).join(' ');
    if (wrong) {
      bad.push({ file, line: row.line, message: wrong });
      continue;
    }
    const contact = { line: row.line, group: group!.toLowerCase() === schedulers ? null : group!, name: name!, email: email! };
    contacts.push(contact);
    names.set(email!, known ?? contact);
    seen.set(key, row.line);
  }
  return { file, contacts, bad };
}

function emailProblem(email: string | undefined): string {
  if (!email) return '“email” is empty.';
  return Email.safeParse(email).success && email.length <= 254 ? '' : `“${email}” is no email address.`;
}
