import { useAnswer, type Shown } from '../shared/use-answer.ts';
import { cardAnswer, type CardAnswer } from './answer.ts';

/** Loads one company's card, and loads it again on `refresh` while the present answer stays on screen. */
export function useCard(
  server: string | null,
  companyId: string,
): { card: Shown<CardAnswer>; refresh: () => void } {
  const { shown, refresh } = useAnswer(server, { path: '/card', query: { companyId } }, cardAnswer);
  return { card: shown, refresh };
}
