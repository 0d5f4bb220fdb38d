import { Flex, StatusTag, Text } from '@hubspot/ui-extensions';
import type { StatusTagProps } from '@hubspot/ui-extensions';
import type { Status } from '../../src/model/verdict.ts';
import { dayInWords } from '../shared/words.ts';
import type { Judged } from './answer.ts';

const looks: Readonly<Record<Status, Pick<StatusTagProps, 'variant' | 'hollow'>>> = {
  active: { variant: 'success' },
  cooling: { variant: 'warning', hollow: true },
  at_risk: { variant: 'warning' },
  inactive: { variant: 'danger' },
  never_activated: { variant: 'info' },
  reactivated: { variant: 'success', hollow: true },
  excluded: { variant: 'default' },
  unknown: { variant: 'default', hollow: true },
};

export function StatusLine({ status, owner }: { status: Judged['status']; owner: string | null }) {
  const before = status.previous === null ? '' : `, was ${status.previous}`;
  return (
    <Flex direction="row" gap="sm" align="center" wrap="wrap">
      <StatusTag {...looks[status.value]} testId="status">
        {status.label}
      </StatusTag>
      <Text inline={true} variant="microcopy">
        since {dayInWords(status.since)}
        {before}
      </Text>
      <Text inline={true} variant="microcopy">
        {owner === null ? 'No owner' : `Owner: ${owner}`}
      </Text>
    </Flex>
  );
}
