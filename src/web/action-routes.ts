/** The addresses of what people and workflows do to partners. */
import type { Express, RequestHandler } from 'express';
import { actOnPartners, type ActOptions } from './act.ts';
import type { ActingCheck } from './acting.ts';
import { actFromCard } from './actions.ts';
import { limits } from './limits.ts';
import { allowMethods } from './middleware/methods.ts';
import { readRawBody } from './middleware/raw-body.ts';
import { refuseReplays } from './middleware/replay.ts';
import { limitAtOnce } from './middleware/limit-at-once.ts';
import { actFromWorkflow, workflowActions } from './workflow-actions.ts';

export function addActionRoutes(
  app: Express,
  options: ActOptions & {
    readonly portalId: string;
    /** Of people at the card: who builds a workflow that acts is HubSpot's to say. */
    readonly acting: ActingCheck;
    /** Signed for a user of our account, and counted. */
    readonly ofUser: readonly RequestHandler[];
    /** Signed for HubSpot itself, by the older signature, too. */
    readonly ofWorkflow: readonly RequestHandler[];
  },
): void {
  const act = actOnPartners(options);
  app.all(
    '/card/action',
    allowMethods('POST'),
    readRawBody(),
    ...options.ofUser,
    refuseReplays(options.clock),
    actFromCard(act, options),
  );
  // No limit per user: workflows have none, and a thousand partners may reach an action at once.
  const fromWorkflows = [
    allowMethods('POST'),
    readRawBody(limits.workflowBodyBytes),
    ...options.ofWorkflow,
    refuseReplays(options.clock),
  ];
  const fewAtOnce = limitAtOnce(limits.workflowActionsAtOnce);
  for (const [path, name] of Object.entries(workflowActions)) {
    app.all(`/workflow-actions/${path}`, fromWorkflows, fewAtOnce(actFromWorkflow(act, name, options)));
  }
}
