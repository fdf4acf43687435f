/** What a bench prints: plain lines, in columns. */
const print = (line: string) => process.stdout.write(`${line}\n`);

export const heading = (title: string) => print(`\n${title}`);

/** The value below which that share of them lies. */
export const quantile = (values: number[], share: number) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)]!;

export const median = (values: number[]) => quantile(values, 0.5);

/** The first cell is wide, the others are aligned to the right. */
export const row = (first: string, ...cells: (string | number)[]) =>
  print(first.padEnd(38) + cells.map((cell) => String(cell).padStart(16)).join(''));
