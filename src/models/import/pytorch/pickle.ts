/** A name that a pickle refers to: of a function or a class in Python. Nothing is ever called by it. */
export class PickledName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Something that is kept outside of the pickle, by what stands for it. */
export class PickledReference {
  readonly id: PickledValue;

  constructor(id: PickledValue) {
    this.id = id;
  }
}

/** What Python would call to make something. */
export class PickledCall {
  readonly name: string;
  readonly arguments: readonly PickledValue[];

  constructor(name: string, args: readonly PickledValue[]) {
    this.name = name;
    this.arguments = args;
  }
}

export type PickledDict = Map<PickledValue, PickledValue>;

export type PickledValue =
  | null
  | boolean
  | number
  | string
  | readonly PickledValue[]
  | PickledDict
  | PickledName
  | PickledReference
  | PickledCall;

/** A pickle that cannot be read, and why. */
export class PickleProblem extends Error {}

/** Of protocol 2, by which PyTorch writes; older ones have no such byte. */
const protocol = 2;
/** Whisper's largest checkpoints have 60 000. */
const maxSteps = 2 ** 18;
const orderedDict = 'collections.OrderedDict';

/**
 * Reads a pickle, Python's form of stored objects, as plain data: the operations that a checkpoint is written with, and
 * no others. A pickle is a program that may call any function of Python's; here calls are recorded, and none is made.
 * (The operations are those of `pickletools` in Python's library.)
 * @param allowedNames - functions and classes that may be named, as "module.name".
 * @throws PickleProblem
 */
export function readPickle(bytes: Buffer, allowedNames: ReadonlySet<string>): PickledValue {
  return new PickleReader(bytes, allowedNames).read();
}

class PickleReader {
  readonly #bytes: Buffer;
  readonly #allowedNames: ReadonlySet<string>;
  #position = 0;
  #stack: PickledValue[] = [];
  /** The stacks below the marks. */
  readonly #below: PickledValue[][] = [];
  readonly #memo = new Map<number, PickledValue>();

  constructor(bytes: Buffer, allowedNames: ReadonlySet<string>) {
    this.#bytes = bytes;
    this.#allowedNames = allowedNames;
  }

  read(): PickledValue {
    for (let step = 0; step < maxSteps; step++) {
      const code = this.#unsigned(1);
      if (code === 0x2e /* STOP */) return this.#pop();
      this.#step(code);
    }
    throw new PickleProblem(`more than ${maxSteps} operations`);
  }

  #step(code: number): void {
    switch (code) {
      case 0x80: // PROTO
        this.#requireProtocol(this.#unsigned(1));
        break;
      case 0x28: // MARK
        this.#below.push(this.#stack);
        this.#stack = [];
        break;
      case 0x4e: // NONE
        this.#push(null);
        break;
      case 0x88: // NEWTRUE
        this.#push(true);
        break;
      case 0x89: // NEWFALSE
        this.#push(false);
        break;
      case 0x4b: // BININT1
        this.#push(this.#unsigned(1));
        break;
      case 0x4d: // BININT2
        this.#push(this.#unsigned(2));
        break;
      case 0x4a: // BININT
        this.#push(this.#take(4).readInt32LE());
        break;
      case 0x8a: // LONG1
        this.#push(this.#long(this.#unsigned(1)));
        break;
      case 0x47: // BINFLOAT
        this.#push(this.#take(8).readDoubleBE());
        break;
      case 0x58: // BINUNICODE
        this.#push(this.#take(this.#unsigned(4)).toString('utf8'));
        break;
      case 0x7d: // EMPTY_DICT
        this.#push(new Map());
        break;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        this.#push([]);
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#push(this.#popMany(code - 0x84));
        break;
      case 0x74: // TUPLE
        this.#push(this.#popToMark());
        break;
      case 0x61: // APPEND
        this.#append(this.#popMany(1));
        break;
      case 0x65: // APPENDS
        this.#append(this.#popToMark());
        break;
      case 0x73: // SETITEM
        this.#setItems(this.#popMany(2));
        break;
      case 0x75: // SETITEMS
        this.#setItems(this.#popToMark());
        break;
      case 0x71: // BINPUT
        this.#memo.set(this.#unsigned(1), this.#top());
        break;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#unsigned(4), this.#top());
        break;
      case 0x68: // BINGET
        this.#push(this.#remembered(this.#unsigned(1)));
        break;
      case 0x6a: // LONG_BINGET
        this.#push(this.#remembered(this.#unsigned(4)));
        break;
      case 0x63: // GLOBAL
        this.#push(this.#global());
        break;
      case 0x51: // BINPERSID
        this.#push(new PickledReference(this.#pop()));
        break;
      case 0x52: // REDUCE
        this.#call();
        break;
      case 0x62: // BUILD
        // Attributes, such as the versions of a module's parts: no tensor is among them.
        this.#pop();
        this.#top();
        break;
      default:
        throw new PickleProblem(
          `the operation 0x${code.toString(16)} at byte ${this.#position - 1} is not one of a checkpoint's`,
        );
    }
  }

  #requireProtocol(version: number): void {
    if (version !== protocol) throw new PickleProblem(`protocol ${version}, expected ${protocol}`);
  }

  #take(length: number): Buffer {
    const start = this.#position;
    if (length > this.#bytes.length - start) throw new PickleProblem('it ends in the middle');
    this.#position += length;
    return this.#bytes.subarray(start, this.#position);
  }

  #unsigned(length: 1 | 2 | 4): number {
    return this.#take(length).readUIntLE(0, length);
  }

  /** Little endian, with a sign. */
  #long(length: number): number {
    // More would not be a size that a number holds exactly.
    if (length > 6) throw new PickleProblem(`a number of ${length} bytes`);
    return length === 0 ? 0 : this.#take(length).readIntLE(0, length);
  }

  /** Two lines: module and name. */
  #global(): PickledName {
    const name = `${this.#line()}.${this.#line()}`;
    if (this.#allowedNames.has(name)) return new PickledName(name);
    throw new PickleProblem(
      `it names ${JSON.stringify(name.slice(0, 200))}, which is nothing that weights are made of`,
    );
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position);
    if (end < 0) throw new PickleProblem('it ends in the middle');
    const text = this.#take(end - this.#position).toString('utf8');
    this.#position += 1;
    return text;
  }

  #call(): void {
    const [called, args] = this.#popMany(2);
    if (!(called instanceof PickledName) || !Array.isArray(args))
      throw new PickleProblem('a call of nothing');
    if (called.name === orderedDict && args.length === 0) this.#push(new Map());
    else this.#push(new PickledCall(called.name, args));
  }

  #append(values: readonly PickledValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new PickleProblem('something is appended to what is no list');
    for (const value of values) list.push(value);
  }

  #setItems(items: readonly PickledValue[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) {
      throw new PickleProblem('an entry is put into what is no dictionary');
    }
    for (let index = 0; index < items.length; index += 2) {
      dict.set(items[index] ?? null, items[index + 1] ?? null);
    }
  }

  #push(value: PickledValue): void {
    this.#stack.push(value);
  }

  #top(): PickledValue {
    const top = this.#stack.at(-1);
    if (top === undefined) throw new PickleProblem('a value is missing');
    return top;
  }

  #pop(): PickledValue {
    const top = this.#top();
    this.#stack.pop();
    return top;
  }

  #popMany(count: number): readonly PickledValue[] {
    if (this.#stack.length < count) throw new PickleProblem('a value is missing');
    return this.#stack.splice(-count);
  }

  #popToMark(): readonly PickledValue[] {
    const values = this.#stack;
    const below = this.#below.pop();
    if (!below) throw new PickleProblem('a mark is missing');
    this.#stack = below;
    return values;
  }

  #remembered(number: number): PickledValue {
    const value = this.#memo.get(number);
    if (value === undefined) throw new PickleProblem(`value ${number} is missing`);
    return value;
  }
}
