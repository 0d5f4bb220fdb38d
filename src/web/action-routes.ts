/** The addresses of what people and workflows do to partners. */
import type { Express, RequestHandler } from 'express';
import { actOnPartners, type ActOptions } from './act.ts';
import { actFromCard } from './actions.ts';
import { limits } from './limits.ts';
import { allowMethods } from './middleware/methods.ts';
import { ourPortalOnly } from './middleware/our-portal.ts';
import { limitPerUser } from './middleware/rate-limit.ts';
import { readRawBody } from './middleware/raw-body.ts';
import { refuseReplays } from './middleware/replay.ts';
import { limitAtOnce } from './middleware/limit-at-once.ts';
import { actFromWorkflow, workflowActions } from './workflow-actions.ts';

export function addActionRoutes(
  app: Express,
  options: ActOptions & {
    readonly portalId: string;
    readonly appId: string | null;
    readonly signed: RequestHandler;
    /** Takes the older signature, too. */
    readonly signedByWorkflow: RequestHandler;
  },
): void {
  const act = actOnPartners(options);
  app.all(
    '/card/action',
    allowMethods('POST'),
    readRawBody(),
    options.signed,
    ourPortalOnly(options),
    limitPerUser(),
    refuseReplays(options.clock),
    actFromCard(act),
  );
  // No limit per user: workflows have none, and a thousand partners may reach an action at once.
  const fromWorkflows = [
    allowMethods('POST'),
    readRawBody(limits.workflowBodyBytes),
    options.signedByWorkflow,
    refuseReplays(options.clock),
    limitAtOnce(limits.workflowActionsAtOnce),
  ];
  for (const [path, name] of Object.entries(workflowActions)) {
    app.all(`/workflow-actions/${path}`, fromWorkflows, actFromWorkflow(act, name, options));
  }
}
