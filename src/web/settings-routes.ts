/** The addresses of the settings page. What is behind `guarded` or `saving` is signed, ours and counted per user. */
import type { Express, RequestHandler } from 'express';
import type { HubSpot } from '../hubspot/hubspot.ts';
import type { Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import type { AccessCheck } from './access.ts';
import { endKey, makeKey, showKeys } from './keys.ts';
import { limits } from './limits.ts';
import type { Logger } from './log.ts';
import { allowMethods } from './middleware/methods.ts';
import { readRawBody } from './middleware/raw-body.ts';
import { refuseReplays } from './middleware/replay.ts';
import { listCorrections } from './settings-corrections.ts';
import { describeDraft, showSettings } from './settings.ts';
import { countDraft, showPortal } from './settings-portal.ts';
import { removeOurProperties } from './settings-removal.ts';
import { restoreVersion, saveDraft } from './settings-save.ts';
import { compareVersions, listVersions } from './settings-versions.ts';

/** What the settings page asks of HubSpot. */
export type SettingsHubSpot = Pick<
  HubSpot,
  | 'readUser'
  | 'countPartners'
  | 'countListMembers'
  | 'readDealPipelines'
  | 'readCompanyProperties'
  | 'archiveCompanyProperties'
>;

export function addSettingsRoutes(
  app: Express,
  options: {
    readonly store: Store;
    readonly patientStore: Store;
    readonly hubspot: SettingsHubSpot;
    readonly access: AccessCheck;
    readonly portalId: string;
    readonly publicUrl: string;
    /** Signed for a user of our account, and counted. */
    readonly ofUser: readonly RequestHandler[];
    readonly log: Logger;
    readonly clock: () => Instant;
  },
): void {
  const { store, hubspot, access, log, clock, portalId, publicUrl } = options;
  const guarded = [readRawBody(limits.settingsBodyBytes), ...options.ofUser];
  const saving = [...guarded, refuseReplays(clock)];
  const save = saveDraft({ store, access, clock });
  const show = showSettings({ store, access });
  app.get('/settings', guarded, show);
  app.post('/settings', saving, save);
  app.all('/settings', allowMethods('GET', 'HEAD', 'POST'));
  app.all('/settings/describe', allowMethods('POST'), guarded, describeDraft({ store }));
  app.all('/settings/versions', allowMethods('GET'), guarded, listVersions({ store }));
  app.all('/settings/compare', allowMethods('GET'), guarded, compareVersions({ store }));
  app.all('/settings/corrections', allowMethods('GET'), guarded, listCorrections({ store, access }));
  app.all('/settings/restore', allowMethods('POST'), saving, restoreVersion({ store, access, clock }));
  app.all('/settings/portal', allowMethods('GET'), guarded, showPortal({ hubspot, log }));
  app.all('/settings/count', allowMethods('POST'), guarded, countDraft({ store, hubspot, access }));
  app.all('/settings/keys', allowMethods('GET'), guarded, showKeys({ store, publicUrl, clock }));
  app.all('/settings/keys/create', allowMethods('POST'), saving, makeKey({ store, access, clock }));
  app.all('/settings/keys/revoke', allowMethods('POST'), saving, endKey({ store, access, clock }));
  app.all(
    '/settings/remove-properties',
    allowMethods('POST'),
    saving,
    removeOurProperties({ store: options.patientStore, hubspot, access, portalId, log, clock }),
  );
}
