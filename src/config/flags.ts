import { type Command, Option } from 'commander';
import { flagOf, type OptionKey, optionTable, variableOf } from './options.ts';

/** Adds `--config` and the flags of the options in `keys` to a command. */
export function registerFlags(command: Command, keys: readonly OptionKey[]): void {
  command.option('--config <file>', 'YAML file of settings (env THEO_CONFIG, default ~/.theo/config.yaml)');
  for (const key of keys) {
    const { kind, help, alias } = optionTable[key];
    const usage = `${flagOf(key)} <${kind.placeholder}>`;
    const description = `${help} (env ${variableOf(key)}, default ${defaultText(key)})`;
    if (kind.isList) command.option(usage, description, append);
    else command.option(usage, description);
    if (alias) command.addOption(new Option(`--${alias.flag} <${kind.placeholder}>`).hideHelp());
  }
}

/** What `registerFlags` let the user give, as `loadConfig` takes it. */
export function flagValues(
  options: Readonly<Record<string, unknown>>,
  keys: readonly OptionKey[],
): {
  readonly flags: Readonly<Partial<Record<OptionKey, unknown>>>;
  readonly configFile: string | undefined;
} {
  const flags = keys.map((key) => {
    const { alias } = optionTable[key];
    return [key, options[attributeOf(flagOf(key))] ?? (alias && options[attributeOf(`--${alias.flag}`)])];
  });
  const { config } = options;
  return {
    flags: Object.fromEntries(flags),
    configFile: typeof config === 'string' ? config : undefined,
  };
}

/** A default as help texts show it. */
export function defaultText(key: OptionKey): string {
  const { defaultValue } = optionTable[key];
  const isUnset = defaultValue === null || (Array.isArray(defaultValue) && defaultValue.length === 0);
  return isUnset ? 'none' : String(defaultValue);
}

/** Where commander keeps a flag's value: `--api-key` -> `apiKey`. */
function attributeOf(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function append(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}
