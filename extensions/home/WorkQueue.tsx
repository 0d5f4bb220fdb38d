import {
  Accordion,
  Flex,
  Heading,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import { PartnerLink } from '../shared/PartnerLink.tsx';
import type { Overview, OwnersWeek } from './answer.ts';
import { Standing } from './Partner.tsx';

type Props = { readonly queue: Overview['queue']; readonly portalId: number };

export function WorkQueue({ queue: { sentence, weeks, others }, portalId }: Props) {
  return (
    <Flex direction="column" gap="sm">
      <Heading>Whom to call</Heading>
      {weeks.length === 0 ? <Text>Nobody needs a call.</Text> : <Text variant="microcopy">{sentence}</Text>}
      {weeks.map((week, place) => (
        <Accordion key={week.owner} title={titleOf(week)} size="sm" defaultOpen={week.yours || place === 0}>
          <Week week={week} portalId={portalId} />
        </Accordion>
      ))}
      {others === 0 ? null : (
        <Text variant="microcopy">
          {others === 1
            ? '1 more owner has partners to call.'
            : `${others} more owners have partners to call.`}
        </Text>
      )}
    </Flex>
  );
}

function titleOf({ owner, yours, thisWeek, waiting }: OwnersWeek): string {
  const wait = waiting === 0 ? '' : `, ${waiting} more wait`;
  return `${owner}${yours ? ' (you)' : ''}: ${thisWeek.length} this week${wait}`;
}

function Week({ week, portalId }: { week: OwnersWeek; portalId: number }) {
  return (
    <Table density="condensed">
      <TableHead>
        <TableRow>
          <TableHeader>Partner</TableHeader>
          <TableHeader width="min">Status</TableHeader>
          <TableHeader>Why</TableHeader>
          <TableHeader>Next step</TableHeader>
          <TableHeader width="min">Potential</TableHeader>
          <TableHeader width="min" align="right">
            Best year
          </TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {week.thisWeek.map(({ partner, status, because, action, potential, bestYear }) => (
          <TableRow key={partner.id}>
            <TableCell>
              <PartnerLink partner={partner} portalId={portalId} />
            </TableCell>
            <TableCell width="min">
              <Standing status={status} />
            </TableCell>
            <TableCell>{because ?? '--'}</TableCell>
            <TableCell>{action ?? '--'}</TableCell>
            <TableCell width="min">{potential ?? '--'}</TableCell>
            <TableCell width="min" align="right">
              {bestYear ?? '--'}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
