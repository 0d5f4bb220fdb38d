/** The message to the partner: ready only when every part that it needs has its data. */
import type { Play } from '../model/play.ts';
import type { Path, Verdict } from '../model/verdict.ts';
import { blocks, blockTitles, type Material } from './blocks.ts';
import { fillFirst, fillLines, type Fields } from './fill.ts';
import { occasionOf, occasionTexts, thingOf } from './occasion.ts';
import { blockKeys, playTexts, type BlockKey } from './plays.ts';
import { dayText } from './words.ts';

type DraftBlock = {
  title: string;
  /** Whether the message may not go out without it. */
  needed: boolean;
  text: string | null;
  /** What is missing and where to fill it in; null where the text is there. */
  missing: string | null;
};

export type Draft = {
  subject: string;
  opening: string;
  blocks: DraftBlock[];
  closing: string;
  ready: boolean;
  /** What keeps it from being ready. */
  missing: string[];
  /** The whole message as plain text; null while it is not ready. */
  body: string | null;
};

/**
 * @param fields with `partner` always, `owner` where there is one
 */
export function draftFor(
  { play, path }: { play: Play; path: Path },
  verdict: Verdict,
  fields: Fields,
  material: Omit<Material, 'ask'>,
): Draft {
  const text = playTexts[play];
  const occasion = occasionTexts[occasionOf(verdict)];
  const needs = needsOf(play, path, material);
  const said = blockKeys.map((key): DraftBlock => ({
    title: blockTitles[key],
    needed: needs.has(key),
    ...blocks[key]({ ...material, ask: occasion.ask }),
  }));
  const known = { ...fields, ...partnerWords(verdict), programme: material.voice.name || null };
  const opening = [
    ...fillLines(['Hello {partner} team,'], known),
    fillFirst(occasion.openings, known),
    text.proposal,
  ].join('\n\n');
  const closing = fillLines(['Best regards', '{owner}', '{programme}'], known).join('\n');
  const missing = said.filter(({ needed }) => needed).flatMap((block) => block.missing ?? []);
  const parts = [opening, ...said.flatMap((block) => block.text ?? []), closing];
  return {
    subject: fillFirst(text.mailSubjects, known),
    opening,
    blocks: said,
    closing,
    ready: missing.length === 0,
    missing,
    body: missing.length === 0 ? parts.join('\n\n') : null,
  };
}

/** Whom we approach personally has terms of its own where the programme has such terms (A12). */
function needsOf(
  play: Play,
  path: Path,
  { individualRateProperty }: Pick<Material, 'individualRateProperty'>,
): ReadonlySet<BlockKey> {
  const { needs } = playTexts[play];
  const isPersonal =
    path === 'high_touch' && individualRateProperty !== null && needs.includes('commission_rates');
  return new Set<BlockKey>(isPersonal ? [...needs, 'individual_rate'] : needs);
}

function partnerWords({ reasons: [reason] }: Verdict): Fields {
  const { one, many } = thingOf(reason);
  const lastDay = reason?.lastActivityDay ?? null;
  return { thing: one, things: many, lastDay: lastDay === null ? null : dayText(lastDay) };
}
