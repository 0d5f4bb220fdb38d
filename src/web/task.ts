/** `POST /card/task`: the card's primary button. What it promises is in publish/create-task.ts. */
import type { RequestHandler } from 'express';
import { QuotaExhaustedError, UnavailableError, type HubSpotError } from '../hubspot/errors.ts';
import type { HubSpot } from '../hubspot/hubspot.ts';
import type { Instant } from '../model/instant.ts';
import { createRecommendedTask, type TaskOutcome } from '../publish/create-task.ts';
import type { Store } from '../store/connect.ts';
import { whyNotActing, type ActingCheck } from './acting.ts';
import type { CardFacts } from './card-view.ts';
import { createTaskRequestSchema, type CreateTaskResponse } from './contract.ts';
import { readFacts } from './facts.ts';
import { instantText } from './instant-text.ts';
import type { Logger } from './log.ts';
import { jsonBodyOf } from './middleware/json-body.ts';
import { correlationIdOf } from './middleware/request-log.ts';
import { verifiedRequestOf } from './verified-request.ts';

type TaskOptions = {
  readonly store: Store;
  readonly hubspot: Pick<HubSpot, 'createTask'>;
  readonly acting: ActingCheck;
  readonly log: Logger;
  readonly clock: () => Instant;
};

export function createTask(options: TaskOptions): RequestHandler {
  return async (request, response) => {
    const { companyId, play } = jsonBodyOf(request, createTaskRequestSchema);
    const refusal = await whyNotActing(request, options);
    if (refusal !== null) {
      response.json(refused(refusal));
      return;
    }
    const userId = verifiedRequestOf(request).parameters.get('userId') ?? '';
    const facts = await readFacts(options.store, companyId, options.clock());
    const answer = await answerPress(options, facts, {
      play,
      userId,
      correlationId: correlationIdOf(request),
    });
    response.json(answer satisfies CreateTaskResponse);
  };
}

async function answerPress(
  { store, hubspot, log, clock }: TaskOptions,
  { partner, verdict, recommendation, owner, timeZone }: CardFacts,
  press: { play: string; userId: string; correlationId: string },
): Promise<CreateTaskResponse> {
  if (partner === null || verdict === null || recommendation === null) {
    return refused('Nothing is recommended for this company any more. Refresh the card to see why.');
  }
  const advice = [recommendation, ...recommendation.others].find(({ play }) => play === press.play);
  if (advice === undefined) {
    return refused(
      `The recommendation is now “${recommendation.title}”: things have changed since this card was loaded. Refresh it and look again.`,
    );
  }
  const outcome = await createRecommendedTask(hubspot, store, {
    partner,
    verdict,
    advice,
    owner,
    timeZone,
    userId: press.userId,
    now: clock(),
  });
  logOutcome(log, press.correlationId, outcome);
  return responseTo(outcome, { subject: advice.taskSubject, timeZone });
}

function responseTo(
  outcome: TaskOutcome,
  { subject, timeZone }: { subject: string; timeZone: string },
): CreateTaskResponse {
  switch (outcome.state) {
    case 'created':
      return { state: 'created', taskId: outcome.taskId, sentence: `The task “${subject}” was created.` };
    case 'already_created':
      return {
        state: 'already_created',
        taskId: outcome.taskId,
        sentence: 'This task was created earlier in this spell; look under the company’s activities.',
      };
    case 'being_created':
      return refused(
        'Somebody pressed a moment ago and the task is just being created. Press again in a few minutes to see whether it was.',
      );
    case 'refused':
      return refused(reasonOf(outcome.error, timeZone));
    case 'unclear':
      return {
        state: 'unclear',
        taskId: null,
        sentence:
          `HubSpot’s answer on ${instantText(outcome.since, timeZone)} was lost, so we do not know whether the task was created. ` +
          'Look under the company’s activities; if it is not there, create it by hand. Rekindle does not try again, so as not to create it twice.',
      };
  }
}

/** What passes is told to whoever pressed; what an administrator has to mend is told in the words that say how. */
function reasonOf(error: HubSpotError, timeZone: string): string {
  if (!error.retryable) return error.message;
  const resumeAt =
    error instanceof QuotaExhaustedError || error instanceof UnavailableError ? error.resumeAt : null;
  const when = resumeAt === null ? 'in a few minutes' : `after ${instantText(resumeAt, timeZone)}`;
  return `HubSpot does not take new tasks from Rekindle at the moment. Press again ${when}.`;
}

function refused(sentence: string): CreateTaskResponse {
  return { state: 'refused', taskId: null, sentence };
}

function logOutcome(log: Logger, correlationId: string, outcome: TaskOutcome): void {
  const { state } = outcome;
  const error = state === 'created' ? outcome.unrecorded : 'error' in outcome ? outcome.error : null;
  if (error === null) {
    log.info({ correlationId, state }, 'The button for the recommended task was pressed');
  } else {
    log.error({ correlationId, state, error }, 'The button for the recommended task met a failure');
  }
}
