/** `settings`: the definition of inactive from the command line: look, start from a preset, save a file. */
import { userInfo } from 'node:os';
import { Argument, type Command } from 'commander';
import { presets } from '../assess/presets.ts';
import { describeSettings } from '../assess/sentences.ts';
import { UsageError } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';
import { currentSettings, saveSettings } from '../store/settings.ts';
import { print, printJson } from './output.ts';
import { withStore } from './session.ts';
import { readSettingsFile } from './settings-file.ts';

export function addSettings(program: Command): void {
  const settings = program.command('settings').description('the definition of inactive');
  settings
    .command('show')
    .description('the settings in force, in plain sentences')
    .option('--json', 'print as JSON, ready to edit and save')
    .exitOverride()
    .action(show);
  settings
    .command('preset')
    .addArgument(new Argument('<name>', 'the preset').choices(Object.keys(presets)))
    .description('start from a preset')
    .exitOverride()
    .action((name: Settings['preset']) => save(presets[name], `Preset ${name}`));
  settings
    .command('save <file>')
    .description('save a JSON file as the next settings version')
    .option('--note <text>', 'what changed and why', '')
    .exitOverride()
    .action(async (file: string, options: { note: string }) =>
      save(await readSettingsFile(file), options.note),
    );
}

async function show(options: { json?: true }): Promise<void> {
  const current = await withStore(({ store }) => currentSettings(store.db));
  if (current === null) {
    throw new UsageError(
      `There are no settings yet. \`rekindle settings preset reseller\` starts from a preset.`,
    );
  }
  if (options.json) printJson(current.settings);
  else print([`Settings version ${current.version}`, ...describeSettings(current.settings)].join('\n'));
}

async function save(settings: Settings, note: string): Promise<void> {
  const saved = await withStore(({ store }) =>
    saveSettings(store.db, settings, { note, author: userInfo().username, now: Date.now() }),
  );
  print([`Settings version ${saved.version} is in force.`, ...describeSettings(saved.settings)].join('\n'));
}
