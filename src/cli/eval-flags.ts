import type { Command } from 'commander';
import { optionTable } from '../config/options.ts';
import { choice, either, integer, language, list, type ValueKind, word } from '../config/values.ts';
import { maxBeams } from '../engine/limits.ts';
import type { RunSetup } from '../eval/run.ts';
import { type VariantName, variantNames } from '../eval/variants.ts';
import { maxAudioContext } from '../models/manifest.ts';
import { repeatableFlag, valueFlag } from './arguments.ts';
import type { PullOfferFlags } from './pull-offer.ts';

/** What `theo eval` was called with. */
export interface EvalFlags extends PullOfferFlags {
  readonly mode: RunSetup['mode'] | 'both';
  readonly model: readonly string[];
  readonly compare?: readonly [string, string];
  readonly language: string;
  readonly audioCtx: readonly RunSetup['audioContext'][];
  readonly beamSize: readonly number[];
  readonly variant: readonly VariantName[];
  readonly languages?: string;
  readonly limit?: number;
  readonly talkers: number;
  readonly threads?: number;
  readonly baseline?: string;
  readonly json?: string;
  readonly chart?: string;
}

const whole = integer(1, 1_000_000);
const text = word('list', 'codes with commas between them');

const models = list(word('one,other', 'names of models'));
/** Two of them, with a comma between. */
const twoModels: ValueKind<readonly [string, string]> = {
  ...models,
  allowed: 'two names of models with a comma between them, such as whisper-base,whisper-tiny.en',
  parse: (raw, context) => {
    const [one, other, ...more] = models.parse(raw, context) ?? [];
    return one === undefined || other === undefined || more.length > 0 ? undefined : [one, other];
  },
};

/** Adds the flags that `theo eval` has for itself. */
export function addEvalFlags(command: Command): Command {
  return command
    .addOption(
      valueFlag(
        '--mode',
        choice(['whole', 'live', 'both']),
        'at once, in real time through a server, or both',
      ).default('both'),
    )
    .addOption(repeatableFlag('--model', optionTable.defaultModel.kind, optionTable.defaultModel.help))
    .addOption(
      valueFlag('--compare', twoModels, 'hear with two models, say which to take and where they differ'),
    )
    .addOption(
      valueFlag(
        '--language',
        either(choice(['given']), language()),
        'by the manifest, one for all, or detected',
      ).default('given'),
    )
    .addOption(
      repeatableFlag(
        '--audio-ctx',
        either(choice(['auto', 'full']), integer(1, maxAudioContext)),
        "in place of the model's own",
      ),
    )
    .addOption(
      repeatableFlag(
        '--beam-size',
        integer(1, maxBeams),
        "texts that a search keeps, in place of the model's own",
      ),
    )
    .addOption(repeatableFlag('--variant', choice(variantNames), 'what is done to the recordings'))
    .addOption(valueFlag('--languages', text, 'only the clips in these languages, such as en,pt'))
    .addOption(valueFlag('--limit', whole, 'only the first n clips of each language'))
    .addOption(valueFlag('--talkers', whole, 'live: people who talk at the same time').default(1))
    .addOption(valueFlag('--threads', whole, 'threads of one decode'))
    .option('--baseline <file>', 'compare with what an earlier --json wrote')
    .option('--json <file>', 'write all results there')
    .option('--chart <file>', 'write an SVG chart there');
}
