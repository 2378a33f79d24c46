import { homedir } from 'node:os';
import type { Command } from 'commander';
import { flagValues, registerFlags } from '../config/flags.ts';
import { loadConfig } from '../config/load.ts';
import type { OptionKey, Settings } from '../config/options.ts';
import { unknownVariables } from '../config/variables.ts';

/** The effective settings of a command that was called with these options. @throws ConfigError */
export type SettingsOf = (
  options: Readonly<Record<string, unknown>>,
  warn?: (message: string) => void,
) => Settings;

/** Adds the flags of the settings in `keys` to a command. */
export function addSettings(command: Command, keys: readonly OptionKey[]): SettingsOf {
  registerFlags(command, keys);
  return (options, warn = warnOnStderr) => {
    for (const message of unknownVariables(process.env)) warn(message);
    const sources = { env: process.env, homeDir: homedir(), cwd: process.cwd() };
    return loadConfig({ ...flagValues(options, keys), ...sources });
  };
}

function warnOnStderr(message: string): void {
  console.error(`theo: ${message}`);
}
