"""Typing errors in words about music and film: "voilin", "lowder", "backgroud"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms

_DOMAIN_TEXT: Final = """
acapella accordion acoustic again ambient another back background ballad banjo bass beach beat
before beginning bells bigger bossa brass bright bring busier calm calmer camera caption cello
celtic change cheerful cheery chinese choir chords chorus cinematic city clarinet classical clip
clips closing compose composed corporate could credits crop crossfade darker delete dialogue
different down download dramatic dreamy drop drum drums dubstep duck ducking earlier eerie eight
electronic eleven emotional everything ending energetic energy epic except
exclude export fade fast faster fifteen
film finished first five flat flute flutes footage four from fuller funk funky gave generate
gentle give gloomy guitar guitars guofeng half happier happy harp have higher hold horizontal
house include instead instrument instruments into jazz joyful keep keyboard landscape latin leave
length less lofi longer lose loud louder lower major make melancholic melancholy mellow melody
microphone middle minor more movie music mute mysterious narration nine nostalgic only opening
orchestra orchestral organ original over peaceful percent percussion piano piece playful please
portrait previous quieter raise recorded recording redo reggae relaxed relaxing remove replace
restore revert rhythm rock romance romantic sadder saxophone saxophones second seconds seven sharp
shorten shorter should silence silent simpler slow slower softer somebody something song songs
soothing sound sounding sounds soundtrack sparse sparser speaking speaks speed spooky square start
strings subtitle suspense switch synth synths synthwave take talking talks techno tempo tender
that thirty this three title track tracks traditional trailer transition trim trombone trumpet
turn twelve twenty ukulele under undo unmute upbeat uplifting upload uploaded version versions
vertical video violin violins voice voiceover voices volume waltz warm widescreen with without
would
"""
_DOMAIN: Final = frozenset(_DOMAIN_TEXT.split())
"""Words that are corrected to."""
_REAL_TEXT: Final = """
aarp aback acoustics adder against agave ahold aight alain aloud ambien amore ander ando apiece
arise aster audit aversion babs baca bach backgrounds backs bade baek bags bake balk ballads
ballard balled balls balm banco bank bans baring bark barker bars base bases basf bash basis bask
bast basu bats bays beachy bead beak beal beam bean bear beast beats beau beaut beck beech beep
beet beggar beginnings being beit bell bella bellas belle belles belli bello bellow belly belt
belts bench bender bending bent bering bert bess best beta bidder biddle biggar bight bills bing
black bleach bless blight bling blip blow blower boat bock boing bold bong bore boring boss bossy
bound bounding bounds bower brags bras brash brat brats breach brig brim brin brine brings brink
brock brom bromance brother buck bucking bugger buller bulls bunk burn busker buskers buss buster
bute cade cake cala calc calder cale calf cali call caller callers calmed calms calum cameras
capella captions carp cass cast caster cation caution cave cell cells celtics chair chance chang
changed changer changes changi charge chat cheeky cheer cheers cheesy cherry chip chips choi
choirs chop chord chores cine cinema cinemas cite citi clam clap claps classically classics cleave
click clio clit cloning closings cloud cock cold colm column composer composes compost cong conger
coop cords core corp corporates coulda couldn cour cover cower crack cracks crap crass creamy
credit credited credo crim croc crock crops crow cute dade darken darkest dass dave dawn deck
decking deep deleted deletes deplete dialogues digger dine dive dock docking doin dong doon dore
dorn dour douse dover dowd downloads downs downy dram drama dream dreamer dreams dreamt dreary
drip droop drops drown drug drugs duce duckling ducks ducky duct dunk dunking dusk dyck each earp
east easter eatin editing edits eighth eights eighty eine electronica electronics ello elven ended
ender endings endo epics eric erie even event ever evert excluded excludes excerpt excerpts expert
exports extort
face fact faded fader fades fads fait fake falter fame fare farm fart faso fasted fasten fasts
fate fats fatter faust fave faye faze feast feat feller fellow fells fender fending fess fest
fester fiat fiddle fide fife fight file fill filler films fine finer finisher finishes fink fire
firm firs firsts fist fiver fives flac flag flak flap flats flaw flax flip flips float flour flow
flower flue fluke flume fluted fluxes fold fong fore form fossa foster foul found founding fours
frat fredo fright frock frog frome fromm fund funder fung funny furnished gabe gage gain gale game
gape gare gate gavel gaye gaze gender generale generated generates gente gentile gentler gently
given giver gives gloom glow glutes gold gong gore gould gove gower gown grass grave grim hack
hala hale hall halo halt halve hara hard hare hari hark harker harm harps harpy hart haru harv
hast hate haven haves havre haye haze heat heave height held hello hells hess hidden hideo hight
hippier hippy hire hirst hither hive hock hola holds hole holed holi holm holo holt holy hong hood
hoppy horse horus hose hound hounding hounds hour housed houses hove hover huck hunk hunky ight
included includes indeed indo info intl intro invent iver jack jade jake jazzy jeep jello jess
jive jock jong jour junk jute karp kass keel keen keeps kelp kemp keyboards kofi kong lack ladder
lain lake landscaped landscapes langer larger lass last latif latina latino laud lauder leach
lease leaved leaves leds lees legs lender lending lengths lengthy lens lest lets light line linger
lips live load loader loci lock lodger lodi loft logger loki loli loner long longed longs lord
lore lori loser losing loss loudest louse loved lover lowe lowers lowery lowes lowest luck lute
mace mack madder made mage majors maker makes maki mako malady male mame mane manor mare marker
mass mast master mate mayor maze meat meddle mello mellon mellor melon mending mere mess
microphones might mike mine miner miners mino minored minors minot mire mite mock mode mold mole
mong monger moore mora morel mores morey morgan mori morn moro morse mort mose mote mother mould
mound mounds mouse move mover movies movin mower moxie muck mucking muddle mule muller mundo muse
museum musica musical muted mutes mutt nappy nast nave neat nene ness nice niece night nike nile
nina nines ning nino nite none nostalgia nother oder omer onto openings oper oran orchestras
organs originals other others ould oven overs overt pack palm palmer pappy parker parse parser
pass past pave peach peaking peaks pease peat peep pending phat pianist pianos pieced pieces
pierce pine pino pinto pity places plano plat player plays pleas pleased pleaser pleases plow pong
pore portraits pound pounding pounds pour power praise precious prim prom prop puck puller punk
quiet quieten quietly quite quitter rack racks raine raised raiser raises rake ralf raster rave
reach recorder recordings redd redox reds reggie related relating relaxes relayed relaying remind
reminds remo remote removed remover removes render reno replaced replaces repo restored restores
resume reverb revere reverts rhythms rick riddle right ring rise roca rocks rocky rogan romances
romantics rong rook round rounding rounds rouse rover rower ruck sack saddle sade sadler saeed
sake sampler sander sang sappy sass satin save seat secondly seed seen seep sells semen sender
sending seng seong serie sevens sever severn shar shard share shari shark sharpe sharps shat shave
shooter shorted shortens shoulda shovel show shower showers shree sifter sight silenced silencer
silences simple simplex sine sing sings sith slaw slew slip slips slob slog slop slot slowed slows
smart smoothing sneaking sneaks snitch snow sock soften sold somethin somethings sona sone sono
sons sony sore sorter soundtracks sour sown spare spares speak spears specks sped speedo speeds
speedy speer spend spewed spied spook spooks spring springs squared squares squire stake stalking
stalks star stare stark starr stars started starter starting starts starz stat state steaks steed
steven stings stitch stow strange strat stretch string stringy strong stuart sturt subtitled
subtitles suck sucking sung sunk sven swarm swatch switched synch tack tacking tacks tafe taka
takei taken taker takes taki taking tale tales talk talkin tame tanking tanks tape tarn tarp tart
tasking tasks tass taster tate teach teat tells temp tempe tempos temps tempt tended tenders
tending tenner tenser tern tess thad thai thais than thar thats thaw thay thee there thes thin
thins thirst thirsty thos thot threes threw thus tigger tight tile tiles tinder tine tinto tire
tithe titled titles tittle tock toke told tong tongs tore torn tour tower town trac trace traces
traci tract tracts tracy trailed trailers trainer tram transitions trask trawler tree trick tricks
trig trims trio trip tris trop truck trucks trumped trumpets tuan tuck tucking turd turf turin
turk turns twat twitch undp unger unload unloaded unser unto uploads vast veep vending versus vice
vices videos vimeo vine vive vocal vocals voce voiced voids volumes wack wade wake walking walks
walt ward ware warms warn warp wars wart wary wass wave weave weep weight wells what wich width
wight wine wirth wish witch wits witt wold wong wore world worm woulda wouldn wound wounding
wounds wright wring yellow yells yong yore youd your yuck zack zine
"""
_REAL: Final = frozenset(_REAL_TEXT.split())
"""Words near those of the domain that are no errors."""
_SHORT: Final = 4
"""Letters of a word in which only a missing letter, or two that changed places, is corrected."""
_LATIN: Final = re.compile(r"(?<![\w'])[a-z]{4,14}(?![\w'])", re.IGNORECASE)
_HELD_KEY: Final = re.compile(r"(.)\1{2,}")
"""A letter typed three times or more: "creeepy"."""
_SIGNS: Final = "abcdefghijklmnopqrstuvwxyz"


def _near(word: str) -> set[str]:
    """Return the words one slip of the finger away from a word."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in halves if tail}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    found |= {head + sign + tail[1:] for head, tail in halves if tail for sign in _SIGNS}
    return found | {head + sign + tail for head, tail in halves for sign in _SIGNS}


@lru_cache(4096)
def _spelled(word: str) -> str:
    if _HELD_KEY.search(word):
        doubled, single = _HELD_KEY.sub(r"\1\1", word), _HELD_KEY.sub(r"\1", word)
        known = (one for one in (doubled, single) if one in _DOMAIN or find_terms(one))
        return next(known, word)
    if word in _DOMAIN or word in _REAL:
        return word
    close = {one for one in _near(word) & _DOMAIN if one[0] == word[0]}
    if len(word) <= _SHORT:  # many names are that short: "Jase" is no "jazz"
        close = {one for one in close if len(one) > len(word) or sorted(one) == sorted(word)}
    if len(close) > 1:  # "versios" is more like "versions" than like "version"
        close = {one for one in close if one[-1] == word[-1]}
    if len(close) != 1:
        return word
    (one,) = close
    plural = {one + "s", one + "es", one + "d", one + "r", one + "ed"}
    return word if word in plural or one.removesuffix("s") == word else one


def _correct(match: re.Match[str]) -> str:
    low = match[0].lower()
    right = _spelled(low)
    return match[0] if right == low else right


_STYLES: Final = frozenset(("rock", "jazz", "lofi", "epic", "funk", "calm", "trap", "folk"))
_NO_STYLES: Final = frozenset(("trip", "tram", "tray", "trad", "trek", "fold", "fork", "fund"))
_BEFORE_MUSIC: Final = re.compile(
    r"(?<![\w'])[a-z]{4,5}(?= (?:(?:n|and) roll|music|beats?|songs?|tracks?|tunes?|jazz)\b)",
    re.IGNORECASE,
)


def _correct_style(match: re.Match[str]) -> str:
    """Return a style for a word in its place that is one slip of the finger away: "epoc music"."""
    low = match[0].lower()
    if low in _DOMAIN or low in _REAL or low in _NO_STYLES:
        return match[0]
    close = {one for one in _near(low) & _STYLES if one[0] == low[0]}
    return close.pop() if len(close) == 1 else match[0]


def spelled(text: str) -> str:
    """Return a text in which words one slip of the finger away from a known one are corrected."""
    return _LATIN.sub(_correct, _BEFORE_MUSIC.sub(_correct_style, text))
