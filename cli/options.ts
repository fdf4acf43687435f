import { resolve } from 'node:path';
import { Option } from 'commander';

import { type Config, readConfig } from '../config.ts';

/** On every command. */
export const jsonOption = (what = 'the result') => new Option('--json', `print ${what} as JSON`).default(false);

/** On every command that looks at what `start` keeps. Left out: the setting HOLDFAST_DATA_DIR. */
export const dataDirOption = () => new Option('--data-dir <folder>', 'where data is kept (HOLDFAST_DATA_DIR)');
export type Place = { dataDir?: string };

/** The settings, with the folder that a command names, as a whole path. Throws an Error that names each wrong one. */
export function settingsAt({ dataDir }: Place): Config {
  const config = readConfig();
  return { ...config, HOLDFAST_DATA_DIR: resolve(dataDir ?? config.HOLDFAST_DATA_DIR) };
}
