/** The manifests of the workflow actions and the server that answers them speak of the same addresses, fields and values. */
import { expect, test } from 'vitest';
import { outreachNames, outreachWays } from '../../src/model/partner-action.ts';
import { rootCauseNames, rootCauses } from '../../src/model/plan.ts';
import { playNames, plays } from '../../src/model/play.ts';
import { statuses, statusNames } from '../../src/model/verdict.ts';
import { workflowActions } from '../../src/web/workflow-actions.ts';
import { readManifests } from '../../tools/hubspot-project.ts';

const { workflowActions: manifests } = await readManifests();

function optionsOf(values: readonly string[], names: Readonly<Record<string, string>>) {
  return values.map((value) => ({ value, label: names[value] }));
}

function choicesOf(of: 'inputFields' | 'outputFields', name: string) {
  const definitions = manifests.flatMap(({ manifest }) =>
    (manifest.config[of] ?? []).map(({ typeDefinition }) => typeDefinition),
  );
  return definitions.filter((definition) => definition.name === name).map(({ options }) => options);
}

test('every action of the server has one manifest, and none leads elsewhere', () => {
  const paths = manifests.map(({ manifest }) =>
    manifest.config.actionUrl.replace('${API_BASE_URL}/workflow-actions/', ''),
  );
  expect(paths.sort()).toEqual(Object.keys(workflowActions).sort());
});

test.each<[string, 'inputFields' | 'outputFields', string, ReturnType<typeof optionsOf>]>([
  ['ways of contact', 'inputFields', 'way', optionsOf(outreachWays, outreachNames)],
  ['root causes', 'inputFields', 'cause', optionsOf(rootCauses, rootCauseNames)],
  ['statuses', 'outputFields', 'status', optionsOf(statuses, statusNames)],
  ['plays', 'outputFields', 'recommended_action', optionsOf(plays, playNames)],
])('the %s to choose or branch on are those that the server knows', (_, of, name, options) => {
  const choices = choicesOf(of, name);
  expect(choices.length).toBeGreaterThan(0);
  for (const offered of choices) expect(offered).toEqual(options);
});

test('every action answers with the same outputs, so that branches can be copied from one to another', () => {
  const [first, ...others] = manifests.map(({ manifest }) => manifest.config.outputFields);
  for (const other of others) expect(other).toEqual(first);
  expect(first?.map(({ typeDefinition }) => typeDefinition.name)).toEqual([
    'result',
    'message',
    'status',
    'primary_reason',
    'recommended_action',
    'health',
  ]);
});
