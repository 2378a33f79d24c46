export interface TheoErrorOptions {
  /** Default false. */
  readonly recoverable?: boolean;
  readonly cause?: unknown;
}

/** What the errors of this package have in common. The message says what is wrong and, where it can, what to do. */
export abstract class TheoError<Code extends string | number = string> extends Error {
  /** Stays the same where messages change. */
  readonly code: Code;
  /** Whether the same may succeed if it is tried again. */
  readonly recoverable: boolean;

  constructor(code: Code, message: string, { recoverable = false, cause }: TheoErrorOptions = {}) {
    super(message, { cause });
    this.code = code;
    this.recoverable = recoverable;
  }
}

/** What anything that was thrown says of itself. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of Node's own errors, such as ENOENT; undefined where there is none. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
