import { markdownTable } from '../report/markdown-table.ts';
import { defaultText } from './flags.ts';
import { fileKeyOf, flagOf, type OptionGroup, optionKeys, optionTable, variableOf } from './options.ts';

/** `docs/configuration.md`, from the table of options. */
export function renderConfigurationReference(): string {
  const groups = [...new Set(optionKeys.map((key) => optionTable[key].group))];
  return `# Configuration

Every setting of \`theo serve\` and \`theo worker\` can be given as a flag, as an environment variable, or as a key of a YAML file. A flag
wins over a variable, a variable over the file, the file over the default. An empty variable, and a key without a value,
count as not set. An error names the flag, variable or file and key that it is about. An unknown key in the file is an
error, an unknown \`THEO_*\` variable a warning. Words are read in either case, and the original's \`console\` and Python's
\`WARNING\` and \`CRITICAL\` mean \`pretty\`, \`warn\` and \`fatal\`. What Kubernetes sets for a service called \`theo\`
(\`THEO_PORT=tcp://...\`) is passed over. \`--default-model\` and \`THEO_MODEL\` are other names of \`--model\` and
\`THEO_DEFAULT_MODEL\`.

The file is the one that \`--config FILE\` or \`THEO_CONFIG\` names, else \`~/.theo/config.yaml\` where it exists. A list is a
repeated flag, a variable with commas, or a YAML list. Relative paths are relative to the working folder, in the file to
the file's folder; \`~\` is the home folder.

\`\`\`yaml
host: 0.0.0.0
port: 8000
worker:
  - gpu-1:50051
  - gpu-2:50051
log_format: json
\`\`\`

${groups.map(renderGroup).join('\n\n')}

This page is generated from \`src/config/options.ts\` by \`node scripts/generate-docs.mjs\`.
`;
}

const heads = ['flag', 'variable', 'file key', 'value', 'default', 'what it sets'];

function renderGroup(group: OptionGroup): string {
  const rows = optionKeys
    .filter((key) => optionTable[key].group === group)
    .map((key) => [
      `\`${flagOf(key)}\``,
      `\`${variableOf(key)}\``,
      `\`${fileKeyOf(key)}\``,
      optionTable[key].kind.allowed,
      defaultText(key),
      optionTable[key].help,
    ]);
  return `## ${group}\n\n${markdownTable([heads, ...rows])}`;
}
