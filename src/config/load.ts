import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { otherKind } from '../files.ts';
import { readConfigFile } from './config-file.ts';
import { ConfigError } from './errors.ts';
import {
  fileKeyOf,
  flagOf,
  type OptionKey,
  optionKeys,
  optionTable,
  type Settings,
  variablesOf,
} from './options.ts';
import { type GivenValue, type PathContext, readValue } from './values.ts';
import { configFileVariable, isGiven } from './variables.ts';

/** Where the settings come from; values as they were given, by option. */
export interface ConfigSources {
  readonly flags: Readonly<Partial<Record<OptionKey, unknown>>>;
  /** `--config`; a file that has to be there. */
  readonly configFile?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly cwd: string;
}

/** Read when it is there and no other is named; relative to the home folder. */
export const defaultConfigFile: string = join('.theo', 'config.yaml');

/**
 * Settles every setting: flag, else environment, else file, else default. An empty variable counts as not set.
 * @throws ConfigError naming the source of a value that is not allowed.
 */
export function loadConfig(sources: ConfigSources): Settings {
  const givenByKey = gather(sources);
  const context: PathContext = { homeDir: sources.homeDir, baseDir: sources.cwd };
  const read = <K extends OptionKey>(key: K): Settings[K] => {
    const { kind, defaultValue, isSecret } = optionTable[key];
    const given = givenByKey.get(key) ?? { value: defaultValue, source: 'default', context };
    return readValue(kind, isSecret === true ? { ...given, isSecret } : given) as Settings[K];
  };
  const config = Object.fromEntries(optionKeys.map((key) => [key, read(key)])) as unknown as Settings;
  if (config.workers > 0 && config.worker.length > 0) {
    const names = [givenByKey.get('workers')?.source, givenByKey.get('worker')?.source];
    throw new ConfigError(
      'conflict',
      `${names.join(' and ')}: local and remote workers exclude each other; set one of them`,
    );
  }
  return config;
}

/** The strongest source of every setting that is given at all. */
function gather(sources: ConfigSources): ReadonlyMap<OptionKey, GivenValue> {
  const { flags, env, homeDir, cwd } = sources;
  const given = new Map<OptionKey, GivenValue>();
  const file = configFilePath(sources);
  if (file !== undefined) {
    const context = { homeDir, baseDir: dirname(file) };
    for (const [key, value] of readConfigFile(file)) {
      given.set(key, { value, source: `${file}: ${fileKeyOf(key)}`, context });
    }
  }
  const context = { homeDir, baseDir: cwd };
  for (const key of optionKeys) {
    const variable = variablesOf(key).find((name) => isGiven(env[name]));
    if (variable !== undefined) given.set(key, { value: env[variable], source: variable, context });
    if (flags[key] !== undefined) given.set(key, { value: flags[key], source: flagOf(key), context });
  }
  return given;
}

function configFilePath({ configFile, env, homeDir, cwd }: ConfigSources): string | undefined {
  const named = configFile ?? env[configFileVariable];
  if (named) return resolve(cwd, named);
  const usual = join(homeDir, defaultConfigFile);
  const stats = statSync(usual, { throwIfNoEntry: false });
  // Nobody named it: what would be waited for is refused.
  if (stats && !stats.isFile()) {
    throw new ConfigError('unreadable_file', `${usual}: cannot be read: ${otherKind(stats)}`);
  }
  return stats && usual;
}
