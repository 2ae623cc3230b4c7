/** A dish and what it costs in the middle of the price range, in cents. */
export type Dish = readonly [name: string, cents: number];

/** What a kind of kitchen is called, serves, and how many of a hundred restaurants are of it. */
export interface Cuisine {
  readonly name: string;
  readonly share: number;
  /** `{}` becomes a family name. */
  readonly signs: readonly [string, ...string[]];
  readonly dishes: readonly Dish[];
}

/** The kitchens of the city. */
export const cuisines: readonly Cuisine[] = [
  {
    name: 'italian',
    share: 17,
    signs: ['Trattoria {}', 'Osteria {}', 'Pizzeria {}', 'Da {}', 'Forno {}'],
    dishes: [
      ...([
        ['Margherita', 950],
        ['Diavola', 1190],
        ['Quattro Formaggi', 1250],
        ['Marinara', 850],
      ] as const),
      ...([
        ['Lasagne al Forno', 1290],
        ['Carbonara', 1250],
        ['Penne Arrabbiata', 1050],
        ['Gnocchi al Pesto', 1190],
      ] as const),
      ...([
        ['Risotto ai Funghi', 1390],
        ['Burrata with Tomatoes', 1090],
        ['Focaccia', 550],
        ['Tiramisu', 590],
      ] as const),
      ...([
        ['Panna Cotta', 550],
        ['San Pellegrino 0.5 l', 350],
      ] as const),
    ],
  },
  {
    name: 'burgers',
    share: 11,
    signs: ['{} Burger', 'Smash {}', 'The {} Grill', 'Bun & {}'],
    dishes: [
      ...([
        ['Cheeseburger', 1090],
        ['Double Smash', 1290],
        ['Bacon Burger', 1250],
        ['Veggie Burger', 1090],
      ] as const),
      ...([
        ['Chicken Burger', 1150],
        ['Halloumi Burger', 1150],
        ['Fries', 420],
        ['Sweet Potato Fries', 490],
      ] as const),
      ...([
        ['Onion Rings', 450],
        ['Coleslaw', 320],
        ['Vanilla Shake', 520],
        ['Lemonade', 350],
      ] as const),
    ],
  },
  {
    name: 'japanese',
    share: 10,
    signs: ['Sushi {}', 'Izakaya {}', 'Ramen {}', '{} Sushi Bar'],
    dishes: [
      ...([
        ['Salmon Nigiri', 690],
        ['Tuna Maki', 590],
        ['California Roll', 890],
        ['Rainbow Roll', 1490],
      ] as const),
      ...([
        ['Tonkotsu Ramen', 1390],
        ['Miso Ramen', 1290],
        ['Gyoza', 690],
        ['Edamame', 450],
        ['Miso Soup', 390],
      ] as const),
      ...([
        ['Chicken Katsu Curry', 1350],
        ['Chirashi Bowl', 1690],
        ['Mochi', 490],
      ] as const),
    ],
  },
  {
    name: 'indian',
    share: 10,
    signs: ['{} Tandoori', 'Curry House {}', 'Masala {}', 'Spice of {}'],
    dishes: [
      ...([
        ['Butter Chicken', 1350],
        ['Chicken Tikka Masala', 1350],
        ['Palak Paneer', 1190],
        ['Chana Masala', 1050],
      ] as const),
      ...([
        ['Lamb Rogan Josh', 1490],
        ['Vegetable Biryani', 1190],
        ['Dal Makhani', 1090],
        ['Garlic Naan', 350],
      ] as const),
      ...([
        ['Samosa', 490],
        ['Raita', 290],
        ['Mango Lassi', 420],
        ['Gulab Jamun', 450],
      ] as const),
    ],
  },
  {
    name: 'turkish',
    share: 10,
    signs: ['{} Ocakbasi', 'Döner {}', '{} Grill House', 'Lokanta {}'],
    dishes: [
      ...([
        ['Döner in Bread', 690],
        ['Dürüm', 750],
        ['Adana Kebab', 1390],
        ['Iskender', 1450],
        ['Lahmacun', 590],
      ] as const),
      ...([
        ['Falafel Plate', 990],
        ['Lentil Soup', 490],
        ['Pide with Spinach', 990],
        ['Mixed Meze', 1190],
      ] as const),
      ...([
        ['Baklava', 490],
        ['Ayran', 250],
      ] as const),
    ],
  },
  {
    name: 'vietnamese',
    share: 9,
    signs: ['Pho {}', '{} Saigon', 'Banh Mi {}', 'Hanoi {}'],
    dishes: [
      ...([
        ['Pho Bo', 1190],
        ['Pho Ga', 1150],
        ['Bun Cha', 1250],
        ['Banh Mi with Tofu', 690],
        ['Summer Rolls', 550],
      ] as const),
      ...([
        ['Bun Bo Nam Bo', 1190],
        ['Lemongrass Chicken', 1250],
        ['Mango Salad', 790],
        ['Fried Wontons', 590],
      ] as const),
      ...([
        ['Iced Coffee', 450],
        ['Coconut Pudding', 450],
      ] as const),
    ],
  },
  {
    name: 'mexican',
    share: 8,
    signs: ['Taqueria {}', 'Cantina {}', 'Casa {}', 'Burrito {}'],
    dishes: [
      ...([
        ['Tacos al Pastor', 1090],
        ['Fish Tacos', 1190],
        ['Chicken Burrito', 1090],
        ['Bean Burrito', 950],
      ] as const),
      ...([
        ['Quesadilla', 890],
        ['Nachos with Guacamole', 850],
        ['Enchiladas Verdes', 1250],
        ['Pozole', 1190],
      ] as const),
      ...([
        ['Elote', 490],
        ['Churros', 550],
        ['Horchata', 390],
      ] as const),
    ],
  },
  {
    name: 'chinese',
    share: 8,
    signs: ['Golden {}', '{} Garden', 'Noodle House {}', 'Dim Sum {}'],
    dishes: [
      ...([
        ['Mapo Tofu', 1090],
        ['Kung Pao Chicken', 1190],
        ['Dan Dan Noodles', 1090],
        ['Hand-pulled Noodles', 1150],
      ] as const),
      ...([
        ['Peking Duck', 1790],
        ['Fried Rice', 890],
        ['Har Gow', 650],
        ['Xiao Long Bao', 750],
        ['Spring Rolls', 490],
      ] as const),
      ...([
        ['Hot and Sour Soup', 550],
        ['Jasmine Tea', 320],
      ] as const),
    ],
  },
  {
    name: 'vegan',
    share: 7,
    signs: ['Green {}', '{} Kitchen', 'Root & {}', 'Bowl by {}'],
    dishes: [
      ...([
        ['Buddha Bowl', 1190],
        ['Tempeh Bowl', 1250],
        ['Lentil Dal', 990],
        ['Mushroom Wrap', 950],
      ] as const),
      ...([
        ['Beetroot Burger', 1150],
        ['Quinoa Salad', 1050],
        ['Sweet Potato Soup', 690],
        ['Hummus Plate', 850],
      ] as const),
      ...([
        ['Oat Cookie', 320],
        ['Ginger Shot', 390],
      ] as const),
    ],
  },
  {
    name: 'greek',
    share: 5,
    signs: ['Taverna {}', 'Ouzeri {}', '{} Souvlaki'],
    dishes: [
      ...([
        ['Gyros Pita', 750],
        ['Souvlaki Plate', 1350],
        ['Moussaka', 1290],
        ['Greek Salad', 890],
        ['Tzatziki', 490],
      ] as const),
      ...([
        ['Grilled Octopus', 1690],
        ['Spanakopita', 790],
        ['Gigantes', 750],
        ['Galaktoboureko', 550],
      ] as const),
    ],
  },
  {
    name: 'breakfast',
    share: 5,
    signs: ['Café {}', 'Bakery {}', '{} & Daughters'],
    dishes: [
      ...([
        ['Avocado Toast', 1050],
        ['Pancakes', 950],
        ['Shakshuka', 1090],
        ['Granola with Yoghurt', 750],
      ] as const),
      ...([
        ['Eggs Benedict', 1250],
        ['Croissant', 280],
        ['Cinnamon Roll', 350],
        ['Flat White', 390],
        ['Orange Juice', 420],
      ] as const),
    ],
  },
];
