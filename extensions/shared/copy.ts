import { logger, type ExtensionPointApi } from '@hubspot/ui-extensions';

type Actions = Pick<ExtensionPointApi<'settings'>['actions'], 'addAlert' | 'copyTextToClipboard'>;

/**
 * Puts a text into the clipboard and says whether it is there, because browsers may refuse.
 * @param words.byHand what to do instead
 */
export async function copyText(
  actions: Actions,
  text: string,
  words: { readonly copied: string; readonly byHand: string },
): Promise<void> {
  try {
    await actions.copyTextToClipboard(text);
    actions.addAlert({ type: 'success', message: words.copied });
  } catch (error) {
    logger.warn(`Nothing was copied: ${error instanceof Error ? error.message : String(error)}`);
    actions.addAlert({
      type: 'warning',
      title: 'Nothing was copied',
      message: `Your browser did not allow it. ${words.byHand}`,
    });
  }
}
