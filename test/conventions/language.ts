/** Each foreign language is spoken in one room (DESIGN.md section 4, "Rooms"). */
import { roomOf } from './imports.ts';
import { finds, type Rule } from './rule.ts';

const sqlText =
  /^\s*(select\s[^.]*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|truncate\s|with\s+\w+\s+as\s*\(|(create|alter|drop)\s+(table|index|schema|type|database)\s)/i;
const sqlCode =
  /\bsql\s*[<`]|\.(selectFrom|insertInto|updateTable|deleteFrom|mergeInto|withSchema|executeSql)\s*\(/;

export const sqlInStore: Rule = {
  promise: 'SQL lives in the store',
  breaches: ({ path, code, strings }) =>
    ['store', null].includes(roomOf(path))
      ? []
      : [
          ...finds(code, sqlCode, 'SQL'),
          ...strings.filter((text) => sqlText.test(text)).map((text) => `SQL: ${text.trim().slice(0, 80)}`),
        ],
  broken: [
    ['src/jobs/x.ts', "await pool.query('SELECT id FROM partners WHERE id = $1');"],
    ['src/web/x.ts', 'const x = `\n  delete from runs where id = ${id}`;'],
    ['src/sync/x.ts', 'await sql`select 1`.execute(db);'],
    ['src/insight/x.ts', "db.selectFrom('partners').selectAll();"],
    ['src/cli/x.ts', "const q = 'update partners set status = null';"],
  ],
  kept: [
    ['src/store/x.ts', "db.selectFrom('partners'); const q = 'delete from runs where id = 1';"],
    ['src/cli/x.ts', "const help = 'Select a file. Update partners, or delete them from HubSpot.';"],
    ['src/web/x.ts', '/* select id from partners */'],
  ],
};

/**
 * HubSpot's names for fields of companies, deals and engagements (hubspot-api.md 6.1). Names that are also plain words
 * (`amount`, `pipeline`, `domain`, `type`) cannot be told apart and are left out.
 */
const fieldNames =
  /\b(hs_[a-z]\w*|hubspot_owner_\w+|notes_(last|next)_\w+|num_(associated|contacted|notes)\w*|createdate|closedate|closed_lost_reason|lastmodifieddate|lifecyclestage|dealname|dealstage|deal_currency_code|amount_in_home_currency|recent_deal_\w+|first_deal_created_date|engagements_last_meeting_booked|toObjectId|associationTypeId|associationCategory|objectWriteTraceId|filterGroups)\b/;
/** The company properties that Rekindle writes (DESIGN.md section 7): `propertyName()` says them. */
const ownFieldNames =
  /\brekindle_(status|previous_status|inactive_since|primary_reason|reasons?|health|last_activity|expected_inactive|active_chance|potential|path|recommended|plan_stage|root_cause|next_review|decision|episode|holdout|snoozed|assessed|settings_version)\w*/;

export const fieldNamesInHubSpot: Rule = {
  promise: "HubSpot's field names live where HubSpot is spoken to, or played",
  breaches: ({ path, code }) =>
    ['hubspot', 'sandbox'].includes(roomOf(path) ?? '') || !/^(src|extensions)\//.test(path)
      ? []
      : [
          ...finds(code, fieldNames, "HubSpot's name"),
          ...finds(code, ownFieldNames, "our property's name in HubSpot"),
        ],
  broken: [
    ['src/sync/x.ts', "const at = record.properties['hs_timestamp'];"],
    ['src/assess/x.ts', 'const { dealstage } = deal;'],
    ['src/publish/x.ts', 'properties.hubspot_owner_id = id;'],
    ['src/store/x.ts', "if (name === 'lifecyclestage') return;"],
    ['src/cli/x.ts', "print(properties['rekindle_reason_detail']);"],
    ['extensions/card/x.tsx', "fetchCrmObjectProperties(['rekindle_status']);"],
  ],
  kept: [
    ['src/hubspot/x.ts', "const at = record.properties['hs_timestamp'];"],
    ['src/sandbox/x.ts', "const at = record.properties['hs_timestamp'];"],
    [
      'src/model/x.ts',
      '// hs_timestamp may lie in the future; written as `rekindle_status`\nconst createdAt = 1;',
    ],
    ['src/store/x.ts', "const database = 'rekindle_test_17';"],
    ['test/x.test.ts', "expect(properties['hs_timestamp']).toBe('1');"],
  ],
};

export const environmentFile = 'src/cli/environment.ts';
export const oneEnvironment: Rule = {
  promise: `only ${environmentFile} reads environment variables`,
  breaches: ({ path, bare, code }) =>
    path === environmentFile || !/^(src|extensions)\//.test(path)
      ? []
      : [
          ...finds(bare, /\bprocess\s*\??\.\s*env\b|\bimport\.meta\.env\b/, 'the environment'),
          ...finds(
            code,
            /\bprocess\s*\[\s*['"]env|\benv\b[^;]*\bfrom\s*['"](node:)?process['"]/,
            'the environment',
          ),
        ],
  broken: [
    ['src/web/x.ts', "const port = process.env['PORT'];"],
    ['src/store/x.ts', 'const { DATABASE_URL } = process.env;'],
    ['src/store/x.ts', "const url = process['env'].DATABASE_URL;"],
    ['src/store/x.ts', "import { env } from 'node:process';"],
  ],
  kept: [
    [environmentFile, 'read(process.env);'],
    ['src/sandbox/x.ts', "const define = { 'process.env.NODE_ENV': '\"production\"' };"],
    ['test/x.ts', "process.env['CHROME_PATH'];"],
  ],
};

/** The methods of `HubSpot` (src/hubspot/hubspot.ts), by what they do to the account. */
export const hubSpotMethods = {
  reading: [
    'readPortal',
    'readDailyUsage',
    'readOwners',
    'readUser',
    'readDealPipelines',
    'findPartners',
    'readCompanies',
    'findNewPartners',
    'countPartners',
    'countListMembers',
    'countRecords',
    'readRecords',
    'readBySearch',
    'findChanged',
    'listRecords',
    'readAssociations',
    'readLinkedCompanies',
    'readCompanyProperties',
    'readCompanyPropertyGroups',
    'counts',
    'answeredAt',
    'close',
  ],
  changing: [
    'createCompanyPropertyGroup',
    'createCompanyProperties',
    'updateCompanyPropertyOptions',
    'archiveCompanyProperties',
    'updateCompanies',
    'createTask',
    'createNote',
  ],
} as const;

const change = hubSpotMethods.changing.join('|');
const call = new RegExp(`\\.\\s*(${change})\\b|\\[\\s*['"](${change})['"]`);
const takenOut = new RegExp(`\\{[^{}]*\\b(${change})\\b[^{}]*\\}\\s*(:[^=]*)?=\\s*[\\w.]*hubspot`, 'i');

export const writesInPublish: Rule = {
  promise: 'only publish changes records in HubSpot',
  breaches: ({ path, code }) =>
    ['hubspot', 'publish', 'sandbox', null].includes(roomOf(path))
      ? []
      : [...finds(code, call, 'a change'), ...finds(code, takenOut, 'a change')],
  broken: [
    ['src/sync/x.ts', 'await hubspot.updateCompanies(updates);'],
    ['src/web/x.ts', "await options.hubspot['createTask'](task);"],
    ['src/cli/x.ts', 'const { createNote } = session.hubspot;'],
  ],
  kept: [
    ['src/publish/x.ts', 'await hubspot.updateCompanies(updates);'],
    [
      'src/web/x.ts',
      "type Options = { hubspot: Pick<HubSpot, 'createTask'> };\napp.post('/', createTask(options));",
    ],
    ['src/sync/x.ts', 'await hubspot.readCompanies(ids, names);'],
  ],
};
