/** `doctor`: checks everything a run needs, changes nothing, and says how to mend what is wrong. */
import type { Command } from 'commander';
import { signRequest, verifySignature } from '../hubspot/signature.ts';
import { connectHubSpot } from '../hubspot/connect.ts';
import type { HubSpot } from '../hubspot/hubspot.ts';
import { exitCodes } from '../model/errors.ts';
import { toIso } from '../model/instant.ts';
import { linkedTypes } from '../model/record.ts';
import { planProvision } from '../publish/provision.ts';
import { openStore, type Store } from '../store/connect.ts';
import { latestLearned } from '../store/learned.ts';
import { countPartners } from '../store/partners.ts';
import { latestSync } from '../store/progress.ts';
import { latestRun } from '../store/runs.ts';
import { currentSettings } from '../store/settings.ts';
import { readSourceStates } from '../store/sources.ts';
import { createLogger, withoutSecrets } from '../web/log.ts';
import { checkQuota, checkWaitingChanges, doctorsQuota } from './doctor-load.ts';
import { readEnvironment, required, whereToFind, whoMayAct, type Environment } from './environment.ts';
import { learnedText } from '../insight/learned-text.ts';
import { counted, print, printJson } from './output.ts';
import { checkProgramme } from './programme-text.ts';

/** `warn` is worth a look; only `fail` makes the command fail. */
type Finding = { check: string; state: 'ok' | 'warn' | 'fail'; sentence: string };
type Check = { name: string; run: () => Promise<Omit<Finding, 'check'>> };

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check token, scopes, properties, quota, store and settings; change nothing')
    .option('--json', 'print as JSON')
    .action(doctor);
}

async function doctor(options: { json?: true }): Promise<void> {
  const environment = readEnvironment();
  const findings: Finding[] = [];
  await using resources = new AsyncDisposableStack();
  const store = await examineStore(environment, findings);
  if (store !== null) resources.defer(() => store.close());
  if (environment.HUBSPOT_ACCESS_TOKEN === undefined) {
    findings.push({
      check: 'access token',
      state: 'fail',
      sentence: `HUBSPOT_ACCESS_TOKEN is not set. ${whereToFind.accessToken}`,
    });
  } else {
    const hubspot = connectHubSpot({
      accessToken: required(environment, 'HUBSPOT_ACCESS_TOKEN', whereToFind.accessToken),
      apiUrl: environment.HUBSPOT_API_URL,
      log: createLogger({ level: 'silent' }),
      ...(store === null ? {} : { quota: await doctorsQuota(store) }),
    });
    resources.defer(() => hubspot.close());
    findings.push(...(await examine(hubspotChecks(hubspot, environment, store))));
  }
  findings.push(
    ...(await examine([
      signatureCheck(environment),
      actingCheck(environment),
      ...(store === null ? [] : storeChecks(store)),
    ])),
  );
  report(findings, options.json ?? false);
}

function report(findings: readonly Finding[], json: boolean): void {
  if (json) printJson(findings);
  else
    for (const { check, state, sentence } of findings)
      print(`${state.padEnd(4)}  ${check.padEnd(20)} ${sentence}`);
  if (findings.some(({ state }) => state === 'fail')) process.exitCode = exitCodes.failed;
}

/** One check's failure does not keep the others from being made: the operator gets the whole list. */
async function examine(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, run } of checks) {
    try {
      findings.push({ check: name, ...(await run()) });
    } catch (error) {
      const sentence = withoutSecrets(error instanceof Error ? error.message : String(error));
      findings.push({ check: name, state: 'fail', sentence });
    }
  }
  return findings;
}

async function examineStore(environment: Environment, findings: Finding[]): Promise<Store | null> {
  let opened: Store | null = null;
  const check: Check = {
    name: 'store',
    run: async () => {
      opened = await openStore({
        databaseUrl: environment.DATABASE_URL,
        dataDir: environment.REKINDLE_DATA_DIR,
      });
      return { state: 'ok', sentence: `${opened.describe}, schema up to date.` };
    },
  };
  findings.push(...(await examine([check])));
  return opened;
}

function hubspotChecks(hubspot: HubSpot, environment: Environment, store: Store | null): Check[] {
  return [
    { name: 'account', run: () => checkAccount(hubspot, environment) },
    { name: 'quota', run: () => checkQuota(hubspot, store) },
    {
      name: 'owners',
      run: async () => ({
        state: 'ok',
        sentence: `${counted((await hubspot.readOwners('active')).length, 'owner')} readable.`,
      }),
    },
    ...linkedTypes.map((type) => ({
      name: `${type}s`,
      run: async () => {
        // An id that no record has: the cheapest request that needs the type's scope.
        await hubspot.readRecords(type, ['1']);
        return { state: 'ok' as const, sentence: 'readable.' };
      },
    })),
    { name: 'company properties', run: () => checkProperties(hubspot) },
  ];
}

async function checkAccount(hubspot: HubSpot, environment: Environment): Promise<Omit<Finding, 'check'>> {
  const portal = await hubspot.readPortal();
  const expected = environment.HUBSPOT_PORTAL_ID;
  if (expected !== undefined && expected !== portal.id) {
    return {
      state: 'fail',
      sentence: `The token belongs to account ${portal.id}, HUBSPOT_PORTAL_ID says ${expected}. Correct one of them.`,
    };
  }
  return {
    state: 'ok',
    sentence: `account ${portal.id}, time zone ${portal.timeZone}, currency ${portal.currency}.`,
  };
}

async function checkProperties(hubspot: HubSpot): Promise<Omit<Finding, 'check'>> {
  const plan = await planProvision(hubspot);
  if (plan.blocking.length > 0) return { state: 'fail', sentence: plan.blocking.join(' ') };
  const missing = plan.create.length + plan.addOptions.length;
  if (missing > 0)
    return { state: 'fail', sentence: `${missing} are missing or lack options. Run \`rekindle provision\`.` };
  return { state: 'ok', sentence: plan.drift.length === 0 ? 'all in place.' : plan.drift.join(' ') };
}

function signatureCheck(environment: Environment): Check {
  return {
    name: 'signature',
    run: async () => {
      const { HUBSPOT_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl } = environment;
      if (clientSecret === undefined || publicUrl === undefined) {
        return {
          state: 'warn',
          sentence: 'HUBSPOT_CLIENT_SECRET and PUBLIC_URL are not both set; `serve` needs them, runs do not.',
        };
      }
      const now = Date.now();
      const request = {
        clientSecret,
        method: 'GET',
        url: `${publicUrl}/card?userEmail=a%40b.example`,
        rawBody: Buffer.alloc(0),
      };
      const { signature, timestamp } = signRequest({ ...request, now });
      const verified = verifySignature({ ...request, signature, timestamp, now });
      return verified.ok
        ? { state: 'ok', sentence: `requests to ${publicUrl} can be verified.` }
        : { state: 'fail', sentence: `The self-test failed: ${verified.reason}` };
    },
  };
}

function actingCheck(environment: Environment): Check {
  const { isDoubtful, sentence } = whoMayAct(environment);
  return { name: 'acting', run: async () => ({ state: isDoubtful ? 'warn' : 'ok', sentence }) };
}

async function checkAudit(store: Store): Promise<Omit<Finding, 'check'>> {
  const full = await latestSync(store.db, 'full');
  if (full === null) return { state: 'ok', sentence: 'Due a week after the first sync.' };
  const day = toIso(full.startedAt).slice(0, 10);
  if (full.differences === null) return { state: 'ok', sentence: `Everything was read anew on ${day}.` };
  return full.differences === 0
    ? { state: 'ok', sentence: `On ${day} everything was read anew: earlier syncs had missed nothing.` }
    : {
        state: 'warn',
        sentence:
          `On ${day} everything was read anew, and ${counted(full.differences, 'record')} ${full.differences === 1 ? 'was' : 'were'} not as earlier syncs had left them. ` +
          'That is mended. Should the next audit find some again, report it.',
      };
}

function storeChecks(store: Store): Check[] {
  return [
    {
      name: 'settings',
      run: async () => {
        const settings = await currentSettings(store.db);
        return settings === null
          ? { state: 'fail', sentence: 'There are none. Start with `rekindle settings preset reseller`.' }
          : { state: 'ok', sentence: `version ${settings.version} (${settings.settings.preset}).` };
      },
    },
    {
      name: 'latest run',
      run: async () => {
        const run = await latestRun(store.db);
        if (run === null)
          return {
            state: 'warn',
            sentence: 'There is none yet. `rekindle run --dry-run` is a good first one.',
          };
        const sentence =
          `${run.kind} of ${toIso(run.startedAt)}: ${run.outcome ?? 'running'}. ${run.error ?? ''}`.trim();
        return { state: run.outcome === 'failed' ? 'warn' : 'ok', sentence };
      },
    },
    { name: 'weekly audit', run: () => checkAudit(store) },
    { name: 'programme', run: () => checkProgramme(store) },
    {
      name: 'rhythms',
      run: async () => ({ state: 'ok', sentence: learnedText(await latestLearned(store.db)) }),
    },
    { name: 'waiting changes', run: () => checkWaitingChanges(store) },
    {
      name: 'sources',
      run: async () => {
        const sources = await readSourceStates(store.db);
        if (sources.length === 0) return { state: 'warn', sentence: 'HubSpot has not been read yet.' };
        const incomplete = sources.filter(({ complete }) => !complete);
        const partners = await countPartners(store.db);
        return incomplete.length === 0
          ? { state: 'ok', sentence: `${counted(partners, 'partner')} known, every source complete.` }
          : {
              state: 'warn',
              sentence: `Incomplete: ${incomplete.map(({ source }) => source).join(', ')}. What they would tell is unknown.`,
            };
      },
    },
  ];
}
