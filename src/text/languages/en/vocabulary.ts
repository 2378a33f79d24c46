import { wordSet } from '../word-set.ts';

/** Further English words that are right as they are, hand-picked. */
export const VOCABULARY: ReadonlySet<string> = wordSet(`
abandon ability abroad absence absolute accident accurate accuse achieve acid activity actor actress actual addition
adequate adjust admire admit adopt adult advance advantage adventure advertise advice advise affair affect afford
afraid agency agenda agent aggressive agreement agriculture aid aim airline alarm album alcohol alive aloud alphabet
alter amazing ambition ambulance amuse analysis ancient anger angle angry animal ankle announce annual anxiety anxious
anymore anywhere apart apology apparent appeal appearance appetite application appoint appreciate approach approval
approve argue argument arise army arrange arrangement arrest arrival arrow article artist ashamed aside asleep aspect
assess assignment assist assistance associate association assume atmosphere attach attack attempt attend attitude
attract attractive audience aunt author authority autumn average avoid awake award aware awful awkward background
backward bacon baggage bake band bare barely bargain bark barrel barrier basis basket bath bathroom battery battle
beach bean beast beauty bedroom behave behavior belief belong beloved belt bench bend benefit berry beside besides bet
beyond bicycle bike bind biology bird birth birthday biscuit bite bitter blade blame blank blanket bleed bless blind
block blouse blow boil bold bomb bond bone bonus boot border bore boring borrow boss bounce boundary bowl brain branch
brand brass brave breast breath breathe breed brick bridge brief bright brilliant broad broadcast broken brush bubble
bucket budget bullet bunch burden burn burst bury bush busy butcher butter button cabin cabinet cable cake calculate
calendar camp campaign cancer candidate candle candy capable capacity capital captain capture careful careless cargo
carpet carriage carrot cart cartoon cash castle casual catalog category cattle caution cave ceiling celebrate century
ceremony chain chairman chalk challenge champion chapter character charity charm chart chase cheat cheek cheerful chef
chemical chemistry chest chief childhood chin chip chocolate choice chop cigarette cinema circle circumstance citizen
civil clap classic classroom clay clerk clever cliff climate climb clinic clock closet cloth cloud club clue coach
coal coast coat coin coincidence collapse collar colleague collection college column combine comfort comfortable
command comment commerce commercial commission commit committee communicate communication community companion compare
comparison compete competition complain complaint complex complicated component concentrate concept concert conclude
conclusion concrete conduct conference confess confidence confident conflict confuse congratulate connection conscious
consequence consist constant construct construction consult consumer contain content contest context continent
continue contrary contrast contribute convenient conversation convince cook copper core corn costume cottage cotton
cough council county courage court cousin coward crack craft crash crazy cream creature crew crime criminal crisis
critic criticism crop crowd crown cruel crush culture cupboard cure curious currency curtain curve custom cycle dairy
damage damp danger dangerous dare darkness dawn deaf debate debt decade decay decision declare decline decorate
decrease defeat defend defense define definite degree delay deliberate delicate delicious delight deliver demand
democracy demonstrate deny departure depend deposit depth description desert deserve desire despair desperate despite
dessert destination destroy destruction detect determine develop development device devil diamond dictionary differ
difficulty dig digital dignity director dirt dirty disabled disagree disappear disappoint disaster discover discovery
discussion disease disgust dish dismiss display distance distant distinct distinguish distribute district disturb
divide division divorce document dollar domestic donate donkey downstairs dozen draft drag drama drown drug drum duck
due dull dump dust duty eager earn earthquake easily eastern economic economy edit edition editor educate education
effective efficient effort elbow elder elect election electric electricity elegant element elephant elevator eliminate
elsewhere embarrass embassy emerge emergency emotion emperor emphasis empire employ employee employer enable encounter
encourage enemy engage enormous ensure entertain entertainment enthusiasm entrance entry envelope environment equal
equipment escape essay essential establish estate estimate event eventually evidence evil exact exam examine excellent
exception exchange excite excitement exclude exercise exhaust exhibition exist existence exit expand expectation
expense experiment expert explanation explode explore explosion export expose expression extend extent external
extraordinary extreme facility factor factory fade fail failure faint faith false fame familiar famous fancy fantastic
fashion fate fault favorite feather feature federal fee fellow female fence festival fetch fever fierce film finance
financial firm fist flag flame flash flavor flesh float flood flour flow flower flu fluid focus fog fold folk fond
fool foolish football forever forgive fork formal fortune foundation fountain frame freedom freeze frequent friendship
frighten frog frost frozen fruit frustrate fuel function fundamental funeral fur furniture gain gallery gap garage
garbage garlic gather generation generous gentle gentleman genuine gesture ghost giant glance glory glove glue goal
goat golden golf govern governor grab grace grade gradual graduate grain grammar grandfather grandmother grant grape
graph grass grateful grave gravity gray grease greedy greet grey grief grocery growth guarantee guard guide guilt
guilty guitar gun habit hall hammer handle harbor harm harvest haste headache heal healthy heaven heel height hell
herb hero hide highlight highway hill hire history hobby hole hollow holy honest honey honor hook horizon horn horror
host household humble humor hunt ideal identify identity ignore illegal illness image imagination immediate impact
import importance impossible impress impression improve improvement inch incident income independent index indicate
individual indoor industry infant infection influence inform ingredient initial injure injury ink inner innocent
inquiry insect insist inspect inspire install instance instant institute institution instruct instruction instrument
insurance intelligent intend intention interior internal international interpret interrupt interview introduce invent
investigate investment invitation invite involve iron island jail jam jar jealous jeans jewel joint joke journal
journey joy judge juice jump junior jury justice keen kick kingdom kiss kite knee kneel knife knock knot knowledge
label labor laboratory lack ladder lamb lamp landlord landscape lane lap laser laughter launch laundry lawn lawyer
lazy leaf league leak lean leather lecture legal legend leisure lemon lend length lesson liberal liberty library
license lid lift lightning limb limit link lion lip liquid literature load loan lobby locate location lock log logic
lonely loose lord lottery loud loyal lucky luggage lung luxury mad magazine magic maintain major majority male mall
manage management manner manual manufacture marble margin marriage married marry mask mass massive master match
material math mature maximum mayor meal meanwhile measure mechanic medicine medium melt memory mental menu merchant
mercy mere merry mess metal method midnight military mill mineral minimum minister minor minority miracle mirror
mission mist mistake mix mixture mode model modern modest monitor monkey mood moon moral mortgage motion motor mount
mountain mouse movement mud multiply murder muscle mushroom musical musician mystery nail naked narrow nasty nation
national native natural naughty navy nearby neat needle neglect negotiate neighbor neighborhood nephew nerve nervous
nest net neutral newspaper niece nightmare noble nod noise noisy normal northern nose notebook notion novel nowhere
nuclear nut oak obey objective obligation observe obtain obvious occasion occupy occur ocean odd offend official onion
online opera operate operation opponent oppose opposite orchestra ordinary organ organize origin original orphan ought
outcome outdoor oven overcome owe oxygen pace pack package painful paint painter painting palace pale palm pan panel
panic pants parade paragraph parcel pardon parliament participate particular partner passage passenger passion
passport paste patience pattern pause peaceful peach peak pear peculiar pen penalty pencil pension pepper perform
performance permanent permission permit personal personality persuade phase philosophy photograph phrase physical
physics piano picnic pig pile pill pillow pilot pin pipe pitch pity plain planet plastic plate platform playground
pleasant pleasure plenty plot plow plug poem poet poetry poison pole policy polite political politician politics
pollution pond population porch port positive possess possession possibility pot potato potential pour poverty powder
powerful practical praise pray prayer precious precise predict prefer pregnant prejudice preparation presence preserve
pressure pretend prevent previous pride priest primary prince princess principal principle prior priority prison
prisoner prize procedure produce production profession professional professor profit progress promote proof property
proposal propose prospect protection protest prove province publish pulse pump punch punish punishment pupil pure
purpose purse puzzle qualify quantity quarrel queen queue quit quote rabbit radio rail railway random range rank rapid
rare raw ray react reaction reality realize rear reasonable recall receipt recipe recognize recommend recover recovery
reduce refer reference reflect reform refrigerator refuse regard register regret regular reject relate relationship
relative relax release relevant relief religion religious rely remain remark remarkable remind remote repair replace
represent representative republic reputation require rescue research reserve resident resign resist resistance resolve
resort resource respect respond response responsible restore restrict retire reveal revenge review revolution reward
rhythm rid ridiculous ripe rise risk rival roar roast rob rocket roof root rope rough route routine row royal rub
rubber rubbish rude rug ruin rumor rural rush sacred sacrifice sad safety sail sailor salary sample sandwich satellite
satisfy sauce sausage scale scan scare scary scene scenery schedule scheme scholar scientific scientist scissors scold
score scratch scream screen screw script season secret secretary section secure security seek seize seldom select self
selfish senate senator senior sensible sensitive sentence separate sequence series servant session settle severe sew
shade shadow shake shallow shame shark sharp shave sheep sheet shelf shell shelter shine shock shoot shopping shore
shortage shout shrink shy sight signature significant silence silent silk silly similar simply sincere sink site
situation skate skill skirt sky slave sleepy sleeve slice slide slight slip slope smart smell smoke smooth snake soap
society sock software soil soldier solid solution solve somehow somewhere sore sorrow soul sour source southern spare
spark specific speech spider spill spin spirit spit split spoil spoon sport spot spread squeeze stable stadium staff
stage stain stair stamp standard stare statue status steady steak steal steam steel steep stem stick sticky stiff
stomach storage stove strategy straw stream strength stress stretch strict strike string strip stroke structure
struggle studio study stupid style substance succeed successful sudden suffer sufficient suggestion suit suitable sum
sunset supermarket supper supply suppose surface surgery surround survey survive suspect swallow swear sweat sweater
sweep swell swing switch sword symbol sympathy tail tailor talent tank tap tape target task taste technical technique
technology teenager telephone television temperature temple temporary tendency tennis tension tent terrible terrific
territory terror text theater theme theory thief thirsty thread threat threaten throat throne throughout thumb thunder
tide tidy tiger tight timber tiny tire title toast tobacco toe toilet tomato tone tongue tool topic tough tour tourist
towel tower toy tradition traffic tragedy trail translate transport trap tray treasure treatment treaty tremble trend
trial triangle tribe trick troop tropical trousers trumpet trunk truth tube tune tunnel turkey twice twin twist
typical ugly ultimate umbrella uncle uniform union unique unit unite universe university unless unlike unusual upper
upset upstairs urban urge urgent useful useless vacation valley valuable van vanish variety vast vegetable vehicle
venture verb version vessel victim victory video village violence violent violin virtue virus visible vision visitor
vital vocabulary volume volunteer vote voyage wage wagon waist wake wallet wander warmth warn warning waste wave wax
weak weakness wealth wealthy weapon weave web wedding weed weigh weird welfare western wheat whenever wherever whisper
whistle wicked wide widow wing winner wipe wire wisdom wise witch witness wolf wonderful wooden wool wound wrap wreck
wrist yawn yield youth zone
`);
