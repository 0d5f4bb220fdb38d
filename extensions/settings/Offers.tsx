import { Button, ButtonRow, Flex, Tile } from '@hubspot/ui-extensions';
import type { ReactNode } from 'react';
import { withItem } from './edit.ts';
import { DayField, Fields, TextField } from './fields.tsx';
import { Part } from './Part.tsx';
import type { Voice, VoiceEdit } from './Programme.tsx';

export function CurrentOffers({ edit: { voice, readOnly, set } }: { edit: VoiceEdit }) {
  const offers = voice.currentOffers;
  const replace = (index: number, offer: Voice['currentOffers'][number] | null): void =>
    set({ currentOffers: withItem(offers, index, offer) });
  return (
    <Part title="Current offers">
      {offers.map((offer, index) => (
        <Offer
          // Offers have no name of their own: their place is their identity.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          name={`current-${index}`}
          title={offer.title}
          until={offer.until}
          readOnly={readOnly}
          onChange={(changes) => replace(index, { ...offer, ...changes })}
          onRemove={() => replace(index, null)}
        />
      ))}
      {readOnly ? null : (
        <ButtonRow>
          <Button
            size="sm"
            onClick={() => set({ currentOffers: [...offers, { title: '', until: null }] })}
            testId="add-current-offer"
          >
            Add an offer
          </Button>
        </ButtonRow>
      )}
    </Part>
  );
}

export function UpcomingOffers({ edit: { voice, readOnly, set } }: { edit: VoiceEdit }) {
  const offers = voice.upcomingOffers;
  const replace = (index: number, offer: Voice['upcomingOffers'][number] | null): void =>
    set({ upcomingOffers: withItem(offers, index, offer) });
  return (
    <Part title="Upcoming offers">
      {offers.map((offer, index) => (
        <Offer
          // Offers have no name of their own: their place is their identity.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          name={`upcoming-${index}`}
          title={offer.title}
          until={offer.until}
          readOnly={readOnly}
          onChange={(changes) => replace(index, { ...offer, ...changes })}
          onRemove={() => replace(index, null)}
        >
          <DayField
            label="First day"
            name={`upcoming-${index}-from`}
            readOnly={readOnly}
            value={offer.from === '' ? null : offer.from}
            onChange={(from) => replace(index, { ...offer, from: from ?? '' })}
          />
        </Offer>
      ))}
      {readOnly ? null : (
        <ButtonRow>
          <Button
            size="sm"
            onClick={() => set({ upcomingOffers: [...offers, { title: '', from: '', until: null }] })}
            testId="add-upcoming-offer"
          >
            Add an offer
          </Button>
        </ButtonRow>
      )}
    </Part>
  );
}

function Offer({
  name,
  title,
  until,
  readOnly,
  onChange,
  onRemove,
  children,
}: {
  name: string;
  title: string;
  until: string | null;
  readOnly: boolean;
  onChange: (changes: { title?: string; until?: string | null }) => void;
  onRemove: () => void;
  children?: ReactNode;
}) {
  return (
    <Tile compact={true} testId={name}>
      <Flex direction="column" gap="sm">
        <Fields>
          <TextField
            label="Offer"
            name={`${name}-title`}
            readOnly={readOnly}
            value={title}
            onChange={(typed) => onChange({ title: typed })}
          />
          {children}
          <DayField
            label="Last day"
            name={`${name}-until`}
            description="Empty: without an end."
            readOnly={readOnly}
            value={until}
            onChange={(day) => onChange({ until: day })}
          />
        </Fields>
        {readOnly ? null : (
          <ButtonRow>
            <Button size="xs" variant="transparent" onClick={onRemove} testId={`${name}-remove`}>
              Remove
            </Button>
          </ButtonRow>
        )}
      </Flex>
    </Tile>
  );
}
