/** What a bench prints: plain lines, in columns. */
const print = (line: string) => process.stdout.write(`${line}\n`);

export const heading = (title: string) => print(`\n${title}`);

/** The first cell is wide, the others are aligned to the right. */
export const row = (first: string, ...cells: (string | number)[]) =>
  print(first.padEnd(38) + cells.map((cell) => String(cell).padStart(16)).join(''));
