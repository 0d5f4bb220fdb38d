/**
 * Who does what by when, for each play on each path (B25, B37): on the high-touch path a person takes the time, on the
 * assisted path a prepared message and then a person, on the automated path HubSpot and the team behind it, so that a
 * person's time goes where it can win most (B20). `{partner}` always has a value.
 */
import type { Play } from '../model/play.ts';
import type { Path } from '../model/verdict.ts';

/** The partner's owner, or the programme's team. */
export type Role = 'owner' | 'team';
type StepText = { readonly text: string; readonly by: Role; readonly inDays: number };

export type Approach = {
  /** Until the play's task is due: the hotter the moment, the sooner. */
  readonly dueInDays: number;
  readonly steps: readonly [StepText, ...StepText[]];
};

const owner = (inDays: number, text: string): StepText => ({ text, by: 'owner', inDays });
const team = (inDays: number, text: string): StepText => ({ text, by: 'team', inDays });

/** A message needs time to be read, and a silence after it is an answer, too. */
const enrol = (inDays: number, what: string): StepText =>
  team(inDays, `Enrol {partner} in the workflow that ${what}, or send the prepared message.`);
const lookAt = (inDays: number, what: string): StepText =>
  team(
    inDays,
    `Look who ${what}. Pass {partner} on to a person if it answered, and leave it be if it did not.`,
  );

export const approaches: Readonly<Record<Play, Readonly<Record<Path, Approach>>>> = {
  // B43: never-activated partners are an onboarding matter.
  welcome_and_activate: {
    high_touch: {
      dueInDays: 5,
      steps: [
        owner(2, 'Check that {partner} has working access, a named contact and what they need to start.'),
        owner(5, 'Introduce yourself: who we are, what is in it for them, what a first success looks like.'),
        owner(5, 'Agree on one small first step with a date.'),
        owner(19, 'Look whether the first step was done, and help where it was not.'),
      ],
    },
    assisted: {
      dueInDays: 5,
      steps: [
        owner(3, 'Check that {partner} has working access, a named contact and what they need to start.'),
        owner(5, 'Send the prepared message with one small first step.'),
        owner(12, 'Call if there is no answer, and agree on a date for the first step.'),
      ],
    },
    automated: {
      dueInDays: 7,
      steps: [
        team(3, 'Check for all partners like {partner} at once that their access and contacts work.'),
        enrol(7, 'welcomes partners and shows them one first step'),
        lookAt(37, 'took the first step'),
      ],
    },
  },
  // B16, B23, B28: a person who calls to listen.
  personal_call: {
    high_touch: {
      dueInDays: 3,
      steps: [
        owner(2, 'Read the history of {partner} before the call.'),
        owner(3, 'Call the person you know best there and ask what has changed.'),
        owner(3, 'Write down the cause they state, even if it differs from ours.'),
        owner(10, 'Offer one thing that fits the cause, and agree on the next step with a date.'),
      ],
    },
    assisted: {
      dueInDays: 3,
      steps: [
        owner(3, 'Send the prepared message and propose two dates for a short call.'),
        owner(10, 'Call, whether they answered or not, and ask what has changed.'),
        owner(10, 'Write down the cause they state, and agree on the next step with a date.'),
      ],
    },
    automated: {
      dueInDays: 7,
      // Recommended here to nobody; whoever chooses it takes the time all the same.
      steps: [
        owner(7, 'Call {partner} if you know somebody there, and ask what has changed.'),
        owner(7, 'Write down the cause they state.'),
      ],
    },
  },
  // A10-A18: a reminder, rates, current and upcoming offers, an incentive.
  share_new_offer: {
    high_touch: {
      dueInDays: 5,
      steps: [
        owner(3, 'Choose what is new since {partner} was last active: an offer, a product, better terms.'),
        owner(3, 'Decide on their individual rate and on an incentive with an end date.'),
        owner(5, 'Write to them personally with the prepared message, and ask what has changed.'),
        owner(12, 'Call if there is no answer: a second contact brings more answers than the first.'),
      ],
    },
    assisted: {
      dueInDays: 5,
      steps: [
        owner(5, 'Read the prepared message, add what is new for {partner}, and send it.'),
        owner(12, 'Write a second time, shorter, if there is no answer.'),
        owner(26, 'Look whether {partner} is back, and write down the cause they state.'),
      ],
    },
    automated: {
      dueInDays: 7,
      steps: [
        team(5, 'Check that the offers in the prepared message are still right.'),
        enrol(7, 'shares offers with partners that have gone quiet'),
        lookAt(37, 'came back'),
      ],
    },
  },
  // A4, A22-A25: clicks without sales are a problem of landing page, tracking or offer, and often ours.
  fix_conversion: {
    high_touch: {
      dueInDays: 5,
      steps: [
        team(3, 'Test the tracking link of {partner} from click to sale.'),
        team(4, 'Look at the page their visitors land on: does it keep what their audience was promised?'),
        owner(5, 'Thank them for the visitors, and go through creatives, feed and code together.'),
        owner(33, 'Look at the numbers again together.'),
      ],
    },
    assisted: {
      dueInDays: 5,
      steps: [
        team(4, 'Test the tracking link of {partner} from click to sale, and the page it leads to.'),
        owner(5, 'Send the prepared message with fresh creatives, feed or code.'),
        owner(33, 'Look at the numbers again, and call if nothing has changed.'),
      ],
    },
    automated: {
      dueInDays: 5,
      steps: [
        team(4, 'Test the tracking links of all partners with clicks and no sales, from click to sale.'),
        enrol(5, 'sends fresh creatives to partners whose clicks bring no sale'),
        lookAt(35, 'sells now'),
      ],
    },
  },
  // B5, B15, B44: enablement is a primary cause.
  training_invitation: {
    high_touch: {
      dueInDays: 7,
      steps: [
        owner(4, 'Find out who at {partner} sells or supports our products today.'),
        owner(7, 'Pick the one training that helps their next deal, and propose two dates.'),
        owner(28, 'Follow up after the training with a joint opportunity.'),
      ],
    },
    assisted: {
      dueInDays: 7,
      steps: [
        owner(7, 'Send the prepared message with one training and two dates, and ask who should take part.'),
        owner(14, 'Call if nobody has signed up.'),
        owner(28, 'Follow up with whoever took part.'),
      ],
    },
    automated: {
      dueInDays: 7,
      steps: [enrol(7, 'invites partners to the next open training'), lookAt(37, 'took part')],
    },
  },
  // B21, B53: the portal is where partners find everything else.
  portal_reintroduction: {
    high_touch: {
      dueInDays: 7,
      steps: [
        owner(4, 'Check that the accounts of {partner} work and belong to people who are still there.'),
        owner(7, 'Show them in fifteen minutes what is new and what saves them time.'),
        owner(14, 'Ask how the one thing went that you left them with.'),
      ],
    },
    assisted: {
      dueInDays: 7,
      steps: [
        owner(5, 'Check that the accounts of {partner} work and belong to people who are still there.'),
        owner(7, 'Send the prepared message with one thing to do there this week.'),
        owner(21, 'Offer fifteen minutes on a call if nobody has logged in.'),
      ],
    },
    automated: {
      dueInDays: 7,
      steps: [
        team(5, 'Check for all partners like {partner} at once that their accounts work.'),
        enrol(7, 'shows partners what is new in the portal'),
        lookAt(37, 'logged in'),
      ],
    },
  },
  // B6, B45: through-channel marketing.
  marketing_support: {
    high_touch: {
      dueInDays: 7,
      steps: [
        owner(5, 'Choose one ready campaign that suits the market of {partner}.'),
        owner(7, 'Offer to set it up with them: texts, budget, leads.'),
        owner(14, 'Agree on dates and who follows up the leads.'),
      ],
    },
    assisted: {
      dueInDays: 7,
      steps: [
        team(5, 'Choose one ready campaign that suits the market of {partner}.'),
        owner(7, 'Send the prepared message with it, and offer help with the start.'),
        owner(21, 'Ask whether it runs, and what stands in the way if not.'),
      ],
    },
    automated: {
      dueInDays: 7,
      steps: [enrol(7, 'shows partners the campaigns that are ready'), lookAt(37, 'started one')],
    },
  },
  // B27: early warning; the smaller the occasion, the more it needs a reason of substance.
  early_check_in: {
    high_touch: {
      dueInDays: 5,
      steps: [
        owner(4, 'Find something useful to bring: news on their open deals, a product change, a lead.'),
        owner(5, 'Get in touch with {partner} with that, not with "just checking in".'),
        owner(5, 'Ask what the next weeks look like and what would help.'),
      ],
    },
    assisted: {
      dueInDays: 5,
      steps: [
        owner(5, 'Add one useful thing to the prepared message, and send it.'),
        owner(14, 'Call if {partner} has not been active by then.'),
      ],
    },
    automated: {
      dueInDays: 7,
      steps: [enrol(7, 'gets in touch with partners whose activity falls'), lookAt(30, 'is active again')],
    },
  },
  // A28-A31, G14: momentum is a stage of its own.
  celebrate_and_build: {
    high_touch: {
      dueInDays: 2,
      steps: [
        owner(2, 'Thank {partner} for what they did, by name and soon.'),
        owner(7, 'Make the next success easy: a next deal, order or campaign with a date.'),
        owner(30, 'Keep in touch at short intervals until the new rhythm holds.'),
      ],
    },
    assisted: {
      dueInDays: 2,
      steps: [
        owner(2, 'Send the prepared thanks.'),
        owner(9, 'Propose a next step with a date.'),
        owner(30, 'Look whether the new rhythm holds.'),
      ],
    },
    automated: {
      dueInDays: 2,
      steps: [
        enrol(2, 'thanks partners that came back and shows them a next step'),
        lookAt(30, 'stayed active'),
      ],
    },
  },
  // B8, B26, B30, B40: a decision with evidence, never automatic, with goodwill.
  review_partnership: {
    high_touch: {
      dueInDays: 14,
      steps: [
        owner(5, 'Make one documented attempt to speak with {partner}, and give them time to answer.'),
        owner(12, 'Look at the evidence: history, value, what was tried and what came of it.'),
        owner(
          14,
          'Decide with your team: continue with a plan, change the tier, or end the partnership well, with notice and an open door.',
        ),
      ],
    },
    assisted: {
      dueInDays: 14,
      steps: [
        owner(3, 'Send the prepared message as the documented attempt, and give {partner} time to answer.'),
        owner(12, 'Look at the evidence: history, value, what was tried and what came of it.'),
        owner(14, 'Decide with your team: continue with a plan, change the tier, or end it well.'),
      ],
    },
    automated: {
      dueInDays: 21,
      steps: [
        team(3, 'Send the prepared message as the documented attempt, to all partners in this position.'),
        team(
          21,
          'Decide about all of them in one meeting: continue, change the tier, or end it well. A person decides, never a workflow.',
        ),
      ],
    },
  },
};
