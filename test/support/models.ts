import { resolve } from 'node:path';

/** The folder of the model that tests and benches hear with: small, quick, and right about the evaluation clips. */
export const modelsDir: string = resolve('test', 'fixtures', 'models');

/** The model in it. */
export const model = 'theo-demo';
