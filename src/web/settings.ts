/** `GET /settings` and `POST /settings/describe`: the definition in force, the presets, and what a draft says. */
import type { RequestHandler } from 'express';
import { describeDifferences } from '../assess/differences.ts';
import { presets } from '../assess/presets.ts';
import { describeRule, describeSettings } from '../assess/sentences.ts';
import { behaviourNames, upperFirst } from '../assess/words.ts';
import { readDraft } from '../model/draft.ts';
import { toIso } from '../model/instant.ts';
import { kindNames, kinds, partnerKinds } from '../model/kind.ts';
import { behaviours, type Behaviour, type Settings } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { countPartners } from '../store/partners.ts';
import { readPortal } from '../store/portal.ts';
import { currentSettings, listSettings, type SettingsEntry as StoredEntry } from '../store/settings.ts';
import { askerOf, type AccessCheck } from './access.ts';
import { jsonBodyOf } from './middleware/json-body.ts';
import {
  describeRequestSchema,
  type DescribeResponse,
  type SettingsEntry,
  type SettingsPage,
} from './settings-contract.ts';

export function showSettings({ store, access }: { store: Store; access: AccessCheck }): RequestHandler {
  return async (request, response) => {
    const [{ mayChange, sentence }, inForce, portal, partners] = await Promise.all([
      access(askerOf(request)),
      settingsInForce(store),
      readPortal(store.db),
      countPartners(store.db),
    ]);
    response.json({
      state: 'ready',
      access: { mayChange, sentence },
      inForce,
      presets: offeredPresets,
      words,
      timeZone: portal?.timeZone ?? null,
      partners,
    } satisfies SettingsPage);
  };
}

async function settingsInForce(store: Store): Promise<SettingsPage['inForce']> {
  const current = await currentSettings(store.db);
  if (current === null) return null;
  const [entry] = await listSettings(store.db, { limit: 1, version: current.version });
  if (entry === undefined) throw new Error(`Settings version ${current.version} has no entry.`);
  return { ...entryOf(entry), settings: current.settings, ...described(current.settings) };
}

export function entryOf({ savedAt, ...entry }: StoredEntry): SettingsEntry {
  const { version, author, note, preset } = entry;
  return { version, savedAt: toIso(savedAt), author, note, preset };
}

export function describeDraft({ store }: { store: Store }): RequestHandler {
  return async (request, response) => {
    const draft = readDraft(jsonBodyOf(request, describeRequestSchema).settings);
    if ('problems' in draft) {
      response.json({ state: 'invalid', problems: draft.problems } satisfies DescribeResponse);
      return;
    }
    const current = await currentSettings(store.db);
    response.json({
      state: 'described',
      ...described(draft.settings),
      differences: current === null ? [] : describeDifferences(current.settings, draft.settings),
    } satisfies DescribeResponse);
  };
}

function described(settings: Settings): Pick<SettingsPage['presets'][number], 'sentences' | 'rules'> {
  return {
    sentences: describeSettings(settings),
    rules: settings.rules.map((rule) => ({ id: rule.id, sentence: describeRule(rule) })),
  };
}

const presetTexts: Readonly<Record<Settings['preset'], { label: string; about: string }>> = {
  affiliate: {
    label: 'Affiliate programme',
    about: 'Partners promote: judged by clicks and sales, counted in months.',
  },
  reseller: {
    label: 'IT resellers',
    about: 'Partners register deals, log in to the portal and run campaigns with you.',
  },
  distributor: {
    label: 'Manufacturing distributors',
    about: 'Partners order and train their people, counted in years.',
  },
  mixed: {
    label: 'Several partner types',
    about:
      'Each type by its own rules: affiliates, resellers, distributors, referral and technology partners.',
  },
};

const offeredPresets: SettingsPage['presets'] = Object.values(presets).map((settings) => ({
  ...presetTexts[settings.preset],
  settings,
  ...described(settings),
}));

const words: SettingsPage['words'] = {
  behaviours: (Object.keys(behaviours) as Behaviour[]).map((value) => ({
    value,
    label: behaviourNames[value],
  })),
  kinds: kinds.map((value) => ({ value, label: upperFirst(kindNames[value]) })),
  partnerKinds: partnerKinds.map((value) => ({ value, label: upperFirst(kindNames[value]) })),
};
