/** Invented companies and people. Domains end in `.example`, which nobody can own (RFC 2606). */
import type { Random } from './random.ts';

const stems = (
  'Alder Amber Anchor Apex Arbor Ardent Argo Arrow Aspen Atlas Aurora Axis Baltic Beacon Birch Bluestone Boreal Bright ' +
  'Brook Canyon Cardinal Cedar Cirrus Citadel Clarion Clear Cobalt Compass Copper Coral Corner Crest Delta Drift Eagle ' +
  'Echo Elbe Element Ember Epoch Equinox Falcon Fathom Fern Fjord Flint Forge Fulcrum Garnet Gate Glacier Granite Grove ' +
  'Harbour Hawk Hazel Helix Horizon Indigo Ion Iris Iron Ivory Jasper Juniper Keystone Kestrel Lake Lantern Larch Lark ' +
  'Linden Lumen Lynx Maple Marble Meridian Mistral Mosaic Nimbus Nordic North Nova Oak Obsidian Onyx Orbit Osprey Otter ' +
  'Peak Pearl Pine Pinnacle Polar Prism Quartz Quay Quill Radian Raven Ridge River Rowan Sable Sage Sierra Silver Slate ' +
  'Solstice Spruce Sterling Summit Swift Tern Thistle Timber Topaz Torrent Tundra Umber Vale Vector Vega Verdant Vertex ' +
  'Vista Walnut Wharf Willow Wren Yarrow Zenith Zephyr'
).split(' ');
const places = (
  'Aarhus Antwerp Basel Bergen Bilbao Bologna Bordeaux Bremen Bristol Brno Cork Cologne Dresden Dublin Essen Galway ' +
  'Gdansk Geneva Ghent Girona Gothenburg Graz Groningen Hamburg Hanover Innsbruck Kassel Krakow Leeds Leipzig Lille ' +
  'Linz Lisbon Lyon Malmo Milan Munich Nantes Odense Oslo Parma Porto Poznan Riga Rostock Rouen Salzburg Seville ' +
  'Stuttgart Tallinn Tampere Trieste Turin Turku Utrecht Valencia Verona Vienna Vilnius York Zagreb Zurich'
).split(' ');
const firstNames = (
  'Ada Alba Amir Anna Anton Bela Carla Chloe Daan David Elena Elias Emma Felix Fiona Greta Hana Hugo Ida Ines Ivan Jana ' +
  'Jonas Julia Kaja Lars Laura Leo Lina Luca Maja Marco Marie Mateo Mila Nora Olga Oscar Paula Petra Rafael Rosa Samir ' +
  'Sofia Stefan Tara Theo Vera Viktor Yara Zoe'
).split(' ');
const lastNames = (
  'Adler Andersen Bauer Becker Bianchi Blanc Brandt Conti Costa Dahl Dubois Eriksen Fischer Garcia Hansen Hofer Horvat ' +
  'Ivanov Jansen Kaya Keller Koch Kowalski Lang Larsen Laurent Lehmann Lopez Marino Martin Mayer Moreau Murphy Nagy ' +
  'Nielsen Novak Nowak Olsen Peeters Pereira Ricci Romano Roth Santos Schmid Silva Simon Sorensen Toth Virtanen Vogel ' +
  'Wagner Weber Wolf'
).split(' ');

export type CompanyName = { readonly name: string; readonly domain: string; readonly city: string };
export type PersonName = { readonly firstName: string; readonly lastName: string };

/** Company names that do not repeat: the number behind the city starts when chance has used a name up. */
export function createCompanyNames(random: Random, trades: readonly string[]): () => CompanyName {
  const used = new Map<string, number>();
  return () => {
    const city = random.pick(places);
    const stem = random.pick(stems);
    const trade = random.pick(trades);
    const plain = random.chance(0.5) ? `${stem} ${trade}` : `${stem} ${trade} ${city}`;
    const count = (used.get(plain) ?? 0) + 1;
    used.set(plain, count);
    const name = count === 1 ? plain : `${plain} ${count}`;
    return { name, domain: `${slug(name)}.example`, city };
  };
}

export function drawPerson(random: Random): PersonName {
  return { firstName: random.pick(firstNames), lastName: random.pick(lastNames) };
}

export function emailOf({ firstName, lastName }: PersonName, domain: string): string {
  return `${slug(firstName)}.${slug(lastName)}@${domain}`;
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
