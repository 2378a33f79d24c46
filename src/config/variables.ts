import { nearest } from '../nearest.ts';
import { optionKeys, variablesOf } from './options.ts';

/** Names the file of settings, like `--config`. */
export const configFileVariable = 'THEO_CONFIG';

/** Variables that are read elsewhere: by the addon, by what loads it and by `theo pull`. */
const otherVariables = [configFileVariable, 'THEO_NATIVE', 'THEO_SIMD', 'THEO_INT8', 'THEO_MODEL_MIRROR'];

const prefix = 'THEO_';
const withoutPrefix = (name: string): string => name.slice(prefix.length);

/** What Kubernetes sets for a service called "theo" or "theo-...": `THEO_SERVICE_HOST`, `THEO_PORT_8000_TCP_ADDR`. */
const serviceLink = /_SERVICE_(?:HOST|PORT)(?:_\w+)?$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?$/;
/** What it sets `THEO_PORT` to, which is not meant for us. */
const serviceAddress = /^(?:tcp|udp|sctp):\/\//;

/** Whether a variable says anything. An empty one does not, nor does the address of a service. */
export function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '' && !serviceAddress.test(value);
}

/** A sentence for each `THEO_*` variable that nothing reads, with the name that may have been meant. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = [...optionKeys.flatMap(variablesOf), ...otherVariables];
  const unknown = Object.keys(env).filter(
    (name) =>
      name.startsWith(prefix) && !known.includes(name) && !serviceLink.test(name) && isGiven(env[name]),
  );
  return unknown.map((name) => {
    const meant = nearest(withoutPrefix(name), known.map(withoutPrefix));
    const hint =
      meant === undefined
        ? '; docs/configuration.md lists those that are'
        : `: did you mean ${prefix}${meant}?`;
    return `the environment variable ${name} is not known${hint}`;
  });
}
