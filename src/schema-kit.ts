import { z } from 'zod';
import { nearest } from './nearest.ts';

/** The fields' schemas of an object type: a field missing, left over or of another type does not compile. */
export type Shape<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? z.ZodExactOptional<z.ZodType<Exclude<T[K], undefined>>>
    : z.ZodType<T[K]>;
};

/** What messages call an object and its parts. */
export interface ObjectWords {
  readonly whole: string;
  readonly part: string;
}

/** An object without further fields; the message for one names it and the one that was meant, or those that exist. */
export function closedObject<S extends z.ZodRawShape>(
  shape: S,
  { whole, part }: ObjectWords = { whole: 'an object', part: 'field' },
): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape).filter((key) => key !== 'type');
  const allowed = known.length === 0 ? 'none is allowed' : `allowed: ${known.join(', ')}`;
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return `must be ${whole}`;
      const names = issue.keys.slice(0, 3).map((key) => JSON.stringify(key.slice(0, 64)));
      const meant = issue.keys.length === 1 ? nearest(issue.keys[0] ?? '', Object.keys(shape)) : undefined;
      const hint = meant === undefined ? ` (${allowed})` : `; did you mean "${meant}"?`;
      return `unknown ${part}${names.length > 1 ? 's' : ''} ${names.join(', ')}${hint}`;
    },
  });
}

/** A field that may be left out; null, too, leaves it as it is. */
export function changeOf<T>(schema: z.ZodType<T>): z.ZodExactOptional<z.ZodNullable<z.ZodType<T>>> {
  return z.exactOptional(schema.nullable());
}

/** An integer within `[min, max]`. @param error where it is one of several things that may stand there. */
export function integer(
  min: number,
  max: number,
  error: string = `must be an integer from ${min} to ${max}`,
): z.ZodInt {
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** A finite number within `[min, max]`. */
export function number(min: number, max: number): z.ZodNumber {
  const error = `must be a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
}

/** A whole number from 0 up: a count, or milliseconds. */
export function count(): z.ZodInt {
  const error = 'must be a whole number, 0 or more';
  return z.int({ error }).min(0, { error });
}

export function flag(): z.ZodBoolean {
  return z.boolean({ error: 'must be true or false' });
}

export function text(): z.ZodString {
  return z.string({ error: 'must be a string' });
}

/** One of a few words. */
export function choice<const T extends readonly string[]>(values: T): z.ZodType<T[number]> {
  const quoted = values.map((value) => `"${value}"`).join(', ');
  return z.enum(values, { error: `must be ${values.length > 1 ? 'one of ' : ''}${quoted}` });
}
