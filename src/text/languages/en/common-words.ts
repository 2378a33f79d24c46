import { wordSet } from '../word-set.ts';

/** Frequent English words, hand-picked for everyday speech and calls to a service. */
export const COMMON_WORDS: ReadonlySet<string> = wordSet(`
a able about above accept access according account across act action active actually add address after afternoon again
against age ago agree agreed ahead air airport all allow almost alone along already alright also although always am
amount an and another answer any anybody anyone anything anyway apartment app appear apple apply appointment are area
arm around arrive art as ask asked at attention available away baby back bad bag balance ball bank bar base based basic
be bear beat beautiful became because become bed been before began begin behind being believe bell best better between
big bill bit black blood blue board boat body book booking both bottle bottom box boy bread break bring brother brought
brown build building bus business but buy by call called calm came camera can cancel cannot can't car card care carry
case cat catch caught cause cell center central certain chair chance change channel charge cheap check chicken child
children choose church city claim class clean clear click client close closed clothes clothing code coffee cold collect
color come comes coming common company complete computer concern condition confirm connect consider contact contract
control cool copy corner correct cost could couldn't count country couple course cover create credit cross cry cup
current customer cut daily dance dark data date daughter day days dead deal dear death decide decided deep delivery
department describe design desk detail details did didn't die difference different difficult dinner direct direction
discount discuss do doctor does doesn't dog doing done don't door double doubt down draw dream dress drink drive driver
drop dry during each ear early earth east easy eat edge effect egg either else email empty end energy engine enjoy
enough enter entire error especially even evening ever every everybody everyone everything exactly example except excuse
expect expensive experience explain express extra eye eyes face fact fair fall family far farm fast fat father favor
fear feed feel feeling feet fell felt few field fight figure file fill final finally find fine finger finish fire first
fish fit fix flat flight floor fly follow food foot for force foreign forget form forward found free fresh friend
friends from front full fun funny further future game garden gas gate gave general get getting gift girl give given
glad glass go goes going gold gone good goodbye got government grand great green ground group grow guess guest guy hair
half hand hands hang happen happened happy hard has hasn't hat hate have haven't having he head health hear heard heart
heat heavy held hello help her here herself hi high him himself his hit hold holiday home hope horse hospital hot hotel
hour hours house how however huge human hundred hungry hurry hurt husband i ice idea if i'll i'm imagine important in
include increase indeed information inside instead interest internet into invoice is isn't issue it item its it's
i've job join july june just keep kept key kid kids kill kind king kitchen knew know known lady lake land language
large last late later laugh law lay lead learn least leave led left leg less let let's letter level lie life light like
likely line list listen little live local long longer look looking lose loss lost lot love low luck lunch machine made
mail main make making man manager many map mark market matter may maybe me mean means meant meat media medical meet
meeting member men mention message met middle might mile milk mind mine minute minutes miss mister mobile moment money
month months more morning most mother mouth move movie much music must my myself name nature near nearly necessary neck
need needs neither network never new news next nice night no nobody none noon nor north not note nothing notice now
number nurse object obviously of off offer office often oh oil ok okay old on once one only open opening opinion
opportunity option or orange order ordered other others our out outside over own page paid pain pair paper parent park
part party pass password past path patient pay payment peace people per percent perfect perhaps period person phone
photo pick picture piece pink place plan plane plant play please pocket point police pool poor popular position possible
post power practice prepare present president press pretty price print private probably problem process product program
project promise proper protect proud provide public pull purchase purple push put quality question quick quickly quiet
quite race rain raise ran rate rather reach read ready real really reason receive received recent record red refund
region relation remember remove rent repeat reply report request rest restaurant result return rice rich ride right ring
river road rock role roll room round rule run safe said sale salt same sand sat save saw say saying says school science
sea search seat second see seem seen sell send sense sent serious serve service set several shall shape share she ship
shirt shoe shop short should show shower shut sick side sign signal silver simple since sing single sister sit six size
skin sleep slow slowly small smile so social soft sold some somebody someone something sometimes son song soon sorry
sort sound south space speak special speed spell spend spoke spring square stand star start started state statement
station stay step still stock stone stop store story straight strange street strong student stuff subject success such
sugar suggest summer sun support sure surprise sweet swim system table take taken taking talk tall tax taxi tea teach
team tell ten term test than thank thanks that that's the their them themselves then there there's these they thick
thin thing things think third this those though thought three through throw ticket tie till time times tired to today
together told tomorrow tonight too took tooth top total touch toward town track trade train transfer travel treat tree
trip trouble truck true trust try turn twelve two type under understand until up upon us use used user usual usually
value various very view visit voice wait walk wall want wanted war warm was wash wasn't watch water way we wear weather
website week weekend weight welcome well went were west what whatever wheel when where whether which while white who
whole whose why wife wild will win wind window winter wish with within without woman women won't wonder wood word words
work working world worry worse worst worth would wouldn't write written wrong yard year years yellow yes yesterday yet
you young your yours yourself monday tuesday wednesday thursday friday saturday sunday sunny cloudy rainy windy snow storm
bread rice soup salad cheese beer wine lunch breakfast laptop jacket museum pharmacy station statement contract booking
`);
