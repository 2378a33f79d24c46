import { homedir } from 'node:os';
import { flagValues } from '../config/flags.ts';
import { loadConfig } from '../config/load.ts';
import type { ServerConfig } from '../config/options.ts';

/** The effective settings of a command whose flags are `options`. @throws ConfigError */
export function settingsOf(options: Readonly<Record<string, unknown>>): ServerConfig {
  return loadConfig({ ...flagValues(options), env: process.env, homeDir: homedir(), cwd: process.cwd() });
}
