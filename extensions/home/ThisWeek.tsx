import {
  Flex,
  Heading,
  Tab,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Tabs,
  Text,
} from '@hubspot/ui-extensions';
import { PartnerLink } from '../shared/PartnerLink.tsx';
import { dayInWords } from '../shared/words.ts';
import type { Movements } from './answer.ts';
import { Standing } from './Partner.tsx';

type Props = { readonly fell: Movements; readonly cameBack: Movements; readonly portalId: number };

export function ThisWeek({ fell, cameBack, portalId }: Props) {
  return (
    <Flex direction="column" gap="sm">
      <Heading>This week</Heading>
      <Tabs defaultSelected="fell">
        <Tab tabId="fell" title={`Fell (${fell.total})`}>
          <Moved
            movements={fell}
            portalId={portalId}
            because="Why"
            none="Nobody stands lower than a week ago."
          />
        </Tab>
        <Tab tabId="came_back" title={`Came back (${cameBack.total})`}>
          <Moved
            movements={cameBack}
            portalId={portalId}
            because="Latest activity"
            none="Nobody came back this week."
          />
        </Tab>
      </Tabs>
    </Flex>
  );
}

type MovedProps = {
  readonly movements: Movements;
  readonly portalId: number;
  readonly because: string;
  readonly none: string;
};

function Moved({ movements: { total, shown }, portalId, because, none }: MovedProps) {
  if (total === 0) return <Text>{none}</Text>;
  return (
    <Flex direction="column" gap="xs">
      <Table density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>Partner</TableHeader>
            <TableHeader>Owner</TableHeader>
            <TableHeader width="min">Now</TableHeader>
            <TableHeader>Was</TableHeader>
            <TableHeader width="min">Since</TableHeader>
            <TableHeader>{because}</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {shown.map(({ partner, from, to, since, because: words }) => (
            <TableRow key={partner.id}>
              <TableCell>
                <PartnerLink partner={partner} portalId={portalId} />
              </TableCell>
              <TableCell>{partner.owner ?? 'Nobody'}</TableCell>
              <TableCell width="min">
                <Standing status={to} />
              </TableCell>
              <TableCell>{from.label}</TableCell>
              <TableCell width="min">{dayInWords(since)}</TableCell>
              <TableCell>{words ?? '--'}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {total > shown.length ? (
        <Text variant="microcopy">
          {`The ${shown.length} that matter most of ${total}. A list in HubSpot shows all of them by their status and its date.`}
        </Text>
      ) : null}
    </Flex>
  );
}
