/** `erase`: forgets one partner. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { erasePartner } from '../store/erase.ts';
import { print } from './output.ts';
import { withStore } from './session.ts';

export function addErase(program: Command): void {
  program
    .command('erase')
    .argument('<company id>', 'the HubSpot company id', companyId)
    .description(
      'delete everything stored about one partner; the next run reads it again if it still is a partner',
    )
    .action(async (id: string) => {
      const erased = await withStore(({ store }) => erasePartner(store.db, id));
      print(
        erased ? `Everything about company ${id} was deleted.` : `Nothing is stored about company ${id}.`,
      );
    });
}

function companyId(text: string): string {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('A HubSpot company id is a number.');
  return text;
}
