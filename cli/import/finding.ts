/** Something to tell about the input. `line` counts from 1, the header included; without it the whole file is meant. */
export type Finding = { file: string; line?: number; message: string };

/** The input cannot be taken; unless `canSkip`, not with `--skip-bad` either. */
export class Refused extends Error {
  constructor(
    readonly findings: Finding[],
    readonly canSkip = false,
  ) {
    super(findings.map(spell).join('\n'));
  }
}

export function spell({ file, line, message }: Finding): string {
  return line === undefined ? `${file}: ${message}` : `${file}, line ${line}: ${message}`;
}

/** `1 case`, `2,172 cases`. */
export function count(many: number, one: string, more = `${one}s`): string {
  return `${many.toLocaleString('en-US')} ${many === 1 ? one : more}`;
}
